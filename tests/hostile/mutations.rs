//! Files of PyTorch with bytes changed, removed or doubled at random. They are loaded or refused, and do no harm.

use std::fs;
use std::path::Path;

use athena::Model;

use crate::{Small, memory};

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound as u64) as usize
    }
}

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    let len = 1 + random.below(16).min(bytes.len() - at - 1);
    match random.below(6) {
        0 => bytes[at] = random.below(256) as u8,
        1 => bytes[at] ^= 1 << random.below(8),
        2 => bytes[at..at + len].fill(0xff),
        3 => drop(bytes.drain(at..at + len)),
        4 => {
            let doubled = bytes[at..at + len].to_vec();
            drop(bytes.splice(at..at, doubled));
        }
        _ => bytes.truncate(at + 1),
    }
}

#[test]
fn files_of_pytorch_that_are_changed_at_random_do_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights");
    let references = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/weights");
    let mut random = Random(1);
    let names = ["f32.pth", "protocol4.pt", "legacy.pth", "views.pth", "checkpoint.pth.tar", "f16.safetensors"];
    for name in names {
        let whole = fs::read(references.join(name)).unwrap();
        for round in 0..500 {
            let mut bytes = whole.clone();
            (0..=random.below(3)).for_each(|_| mutate(&mut bytes, &mut random));
            fs::write(&path, &bytes).unwrap();
            let before = Small::new(7);
            let mut network = before.clone();
            let (result, peak) = memory::peak_of(|| network.load(&path));
            assert!(peak < crate::LITTLE + crate::TIMES_THE_FILE * bytes.len(), "{name}, round {round}: {peak} bytes");
            assert!(result.is_ok() || network == before, "{name}, round {round}: {result:?}");
        }
    }
}
