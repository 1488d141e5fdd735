//! Damaged and hostile files of weights, more than 200 of them, are refused: with an error that names the file and the reason, at once, in
//! little memory, and with the network as it was.
//!
//! The files are made here, byte by byte, around a state dict that loads. `cargo test --test hostile -- --nocapture` counts them.
#![cfg(feature = "pytorch")]
#![allow(unsafe_code, reason = "a global allocator cannot be written otherwise")]

mod archives;
mod build;
mod legacy;
#[path = "../common/memory.rs"]
mod memory;
mod mutations;
mod others;
mod pickles;
mod safetensors;
mod tensors;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use athena::{Error, Model};

athena::resnet! {
    #[derive(Clone, Debug, PartialEq)]
    struct Small(2x4x4) -> 3 {
        input -> conv1: conv(4, 3x3) -> bn1: batch_norm -> relu -> global_avg_pool -> flatten -> fc: linear(3)
    }
}

/// A file, and the reason that its error must have.
struct Case {
    what: String,
    bytes: Vec<u8>,
    reason: &'static str,
}

fn case(what: impl Into<String>, bytes: impl Into<Vec<u8>>, reason: &'static str) -> Case {
    Case { what: what.into(), bytes: bytes.into(), reason }
}

/// The memory that any load may take: a buffer of 64 KiB, and another one for zip archives.
const LITTLE: usize = 1 << 20;
/// A pickle of one-byte opcodes makes objects of some 32 bytes, in lists that double.
const TIMES_THE_FILE: usize = 100;
/// Much longer than any of them takes, even on a busy machine.
const SOON: Duration = Duration::from_secs(5);

/// Loads a file, which must fail and leave the network unchanged.
fn refusal(path: &Path, what: &str) -> Error {
    let before = Small::new(7);
    let mut network = before.clone();
    let len = fs::metadata(path).map_or(0, |metadata| metadata.len() as usize);
    let start = Instant::now();
    let (result, peak) = memory::peak_of(|| network.load(path));
    let (took, most) = (start.elapsed(), LITTLE + TIMES_THE_FILE * len);
    let Err(error) = result else { panic!("{what}: it was loaded") };
    let name = path.file_name().unwrap().to_string_lossy();
    assert!(error.to_string().contains(&*name), "{what}: the error does not name the file: {error}");
    assert_eq!(error.to_string().lines().count(), 1, "{what}: {error}");
    assert_eq!(network, before, "{what}: something was loaded");
    assert!(peak <= most, "{what}: {peak} bytes for a file of {len}");
    assert!(took < SOON, "{what}: {took:?}");
    let (result, peak) = memory::peak_of(|| Small::from_file(path));
    let Err(same) = result else { panic!("{what}: a network was made of it") };
    assert_eq!(same.to_string(), error.to_string(), "{what}");
    assert!(peak <= most, "{what}: {peak} bytes for a file of {len} and a network");
    // `load_partial` also refuses damaged files. From weights that only do not fit, it may load some.
    if network.load_partial(path).is_ok() {
        assert!(matches!(error, Error::Weights { .. }), "{what}: a part was loaded of a damaged file");
    }
    error
}

#[track_caller]
fn refused(cases: &[Case]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights");
    let wrong = cases.iter().filter_map(|Case { what, bytes, reason }| {
        fs::write(&path, bytes).unwrap();
        let error = format!("{:?}", refusal(&path, what));
        (!error.contains(reason)).then(|| format!("{what}: {reason:?} expected, but: {error:.300}"))
    });
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_the_files_are_built_around_loads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights");
    for bytes in [safetensors::whole(), build::archive(&pickles::whole()), legacy::whole()] {
        fs::write(&path, bytes).unwrap();
        let mut network = Small::new(7);
        network.load(&path).unwrap();
        assert_eq!(network.parameter("conv1.weight").unwrap(), [0.0; 72]);
    }
}

#[test]
fn what_is_no_file_of_weights() {
    refused(&others::cases());
    others::refused_places();
}

#[test]
fn safetensors_that_are_damaged_lie_or_do_not_fit() {
    refused(&safetensors::cases());
}

#[test]
fn pickles_that_import_call_or_break_off() {
    refused(&pickles::cases());
}

#[test]
fn pickles_of_tensors_that_cannot_be() {
    refused(&tensors::cases());
}

#[test]
fn archives_that_are_damaged_or_lie() {
    refused(&archives::cases());
}

#[test]
fn files_of_before_pytorch_1_6() {
    refused(&legacy::cases());
}

#[test]
fn there_are_more_than_200() {
    let groups = [
        ("no weights at all", others::cases()),
        ("safetensors", safetensors::cases()),
        ("pickles", pickles::cases()),
        ("tensors in pickles", tensors::cases()),
        ("archives", archives::cases()),
        ("before PyTorch 1.6", legacy::cases()),
    ];
    for (group, cases) in &groups {
        println!("{:4} {group}", cases.len());
    }
    let mut files: Vec<Vec<u8>> = groups.into_iter().flat_map(|(_, cases)| cases).map(|case| case.bytes).collect();
    let all = files.len();
    files.sort_unstable();
    files.dedup();
    println!("{all:4} files, {} of them different", files.len());
    assert!(files.len() >= 200);
}
