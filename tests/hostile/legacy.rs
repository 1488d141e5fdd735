//! Files of PyTorch before 1.6: pickles, followed by the numbers.

use crate::build::{
    Code, TENSORS, bytes_of, call, dict, global, good, int, is_counter, pickle, state_dict, tuple, unicode,
};
use crate::{Case, case};

const MAGIC: i128 = 0x1950_a86a_20f9_469c_fc6c;

/// The parts of such a file: four pickles, that of the keys, and the storages.
#[derive(Clone)]
struct Parts {
    magic: Code,
    protocol: Code,
    system: Code,
    state: Code,
    keys: Code,
    storages: Vec<u8>,
}

fn parts() -> Parts {
    let keys: Vec<Code> = (0..TENSORS.len()).map(|i| unicode(&i.to_string())).collect();
    let storages = TENSORS.iter().flat_map(|(name, shape)| {
        let bytes = bytes_of(name, shape);
        let count = bytes as u64 / if is_counter(name) { 8 } else { 4 };
        [count.to_le_bytes().as_slice(), &vec![0; bytes]].concat()
    });
    Parts {
        // `torch.save` writes it in ten bytes.
        magic: [[0x8a, 10].as_slice(), &MAGIC.to_le_bytes()[..10]].concat(),
        protocol: b"M\xe9\x03".to_vec(),
        system: dict(&[("protocol_version", int(1001)), ("little_endian", vec![0x88])]),
        state: state_dict(0, good(0)),
        keys: [b"](", keys.concat().as_slice(), b"e"].concat(),
        storages: storages.collect(),
    }
}

impl Parts {
    fn pickles(&self) -> Vec<u8> {
        [&self.magic, &self.protocol, &self.system, &self.state, &self.keys].map(|code| pickle(code)).concat()
    }

    fn file(&self) -> Vec<u8> {
        [self.pickles(), self.storages.clone()].concat()
    }
}

pub fn whole() -> Vec<u8> {
    parts().file()
}

fn with(what: &str, change: impl FnOnce(&mut Parts), reason: &'static str) -> Case {
    let mut parts = parts();
    change(&mut parts);
    case(what, parts.file(), reason)
}

pub fn cases() -> Vec<Case> {
    [cut(), programs(), others()].into_iter().flatten().collect()
}

fn cut() -> Vec<Case> {
    let (whole, pickles) = (whole(), parts().pickles().len());
    let mut cases = Vec::new();
    for len in [2, 9, 14, 15, 20, 80, pickles / 2, pickles - 1] {
        cases.push(case(format!("cut to {len} bytes"), &whole[..len], "should follow, but only"));
    }
    let ends = "is of no tensor or ends beyond the file";
    for len in [pickles, pickles + 7, pickles + 8, pickles + 100, whole.len() - 1] {
        cases.push(case(format!("cut to {len} bytes"), &whole[..len], ends));
    }
    cases
}

/// Calls of programs, in each of the pickles.
fn programs() -> Vec<Case> {
    let run = || call(&global("os", "system"), &tuple(&[unicode("touch /tmp/athena-was-run")]));
    let reason = "it imports `os.system`, which weights do not need";
    vec![
        with("a program for the sign", |parts| parts.magic = run(), reason),
        with("a program for the protocol", |parts| parts.protocol = run(), reason),
        with("a program for the system", |parts| parts.system = run(), reason),
        with("a program for the state dict", |parts| parts.state = run(), reason),
        with("a program in the state dict", |parts| parts.state = state_dict(2, run()), reason),
        with("a program for the keys", |parts| parts.keys = run(), reason),
        with("a whole model", |parts| parts.state = global("torch.nn.modules.container", "Sequential"), "Sequential`"),
        with(
            "a model's source",
            |parts| parts.state = source(),
            "it refers to a tuple outside, which is not a storage",
        ),
    ]
}

/// The source of a model's class, as PyTorch wrote it.
fn source() -> Code {
    [tuple(&[unicode("module"), unicode("Net"), unicode("net.py"), unicode("import os")]).as_slice(), b"Q"].concat()
}

/// Parts that differ from those of `torch.save`, and storages with a wrong length.
fn others() -> Vec<Case> {
    let none = "it is a pickle, but none of `torch.save`";
    let ends = "is of no tensor or ends beyond the file";
    let counted = |count: u64| move |parts: &mut Parts| parts.storages[..8].copy_from_slice(&count.to_le_bytes());
    let twice = unicode("0").repeat(2);
    let without = |index: usize| {
        let keys: Vec<Code> = (0..TENSORS.len()).filter(|&i| i != index).map(|i| unicode(&i.to_string())).collect();
        [b"](", keys.concat().as_slice(), b"e"].concat()
    };
    vec![
        case("a plain pickle", pickle(&state_dict(0, good(0))), none),
        case("the sign alone", pickle(&parts().magic), "should follow, but only"),
        with("another sign", |parts| parts.magic = int(MAGIC + 1), none),
        with("another protocol", |parts| parts.protocol = int(1002), none),
        with("a system that is no dict", |parts| parts.system = int(1), none),
        with("a system of unknown byte order", |parts| parts.system = b"}".to_vec(), none),
        with("big-endian numbers", |parts| parts.system = dict(&[("little_endian", vec![0x89])]), "are big-endian"),
        with("a state that is a list", |parts| parts.state = b"]".to_vec(), ends),
        with("keys that are a dict", |parts| parts.keys = b"}".to_vec(), none),
        with("keys that are numbers", |parts| parts.keys = b"](K\0K\x01e".to_vec(), none),
        with("no keys", |parts| parts.keys = b"]".to_vec(), "which is not in the file"),
        with("a key too few", |parts| parts.keys = without(7), "`7`, which is not in the file"),
        with("a key of no tensor", |parts| parts.keys = [b"]", unicode("99").as_slice(), b"a"].concat(), ends),
        with("a key twice", |parts| parts.keys = [&parts.keys[..], &unicode("0"), b"a"].concat(), ends),
        with("a key twice at first", |parts| parts.keys = [b"](", twice.as_slice(), b"e"].concat(), "`0` twice"),
        with("the largest count", counted(u64::MAX), ends),
        with("a count that overflows", counted(1 << 62), ends),
        with("a count that wraps", counted((1 << 62) + 72), ends),
        with("a count of gigabytes", counted(1 << 30), ends),
        with("a count too small", counted(71), "is not a readable file of weights"),
        with("a count too large", counted(73), "is not a readable file of weights"),
        with("a count of nothing", counted(0), "is not a readable file of weights"),
        with("a storage too short for its tensors", |parts| parts.state = state_dict(0, good(6)), "its storage `0`"),
    ]
}
