//! Damaged zip archives, and archives with wrong sizes or offsets.

use crate::build::{End, Entry, archive, entries, entry, zip, zip_with};
use crate::pickles::whole;
use crate::{Case, case};

/// The whole network's archive with a change to one record: 0 is the pickle, 1 the byte order, 2 the first storage.
fn with(what: &str, index: usize, change: impl FnOnce(&mut Entry), reason: &'static str) -> Case {
    let mut entries = entries(&whole());
    change(&mut entries[index]);
    case(what, zip(&entries), reason)
}

fn lying(what: &str, lie: impl FnOnce(End) -> End, reason: &'static str) -> Case {
    case(what, zip_with(&entries(&whole()), lie), reason)
}

pub fn cases() -> Vec<Case> {
    [cut(), records(), zip64(), ends(), contents()].into_iter().flatten().collect()
}

fn cut() -> Vec<Case> {
    let whole = archive(&whole());
    let damaged = "its zip archive is damaged";
    let mut cases = Vec::new();
    for len in [4, 10, 30, 100, 1_000, 2_000, whole.len() - 300, whole.len() - 23, whole.len() - 22, whole.len() - 1] {
        cases.push(case(format!("cut to {len} bytes"), &whole[..len], damaged));
    }
    let middle = [&whole[..1_000], &whole[1_010..]].concat();
    cases.push(case("ten bytes cut out", middle, "is not a readable file of weights"));
    cases.push(case("the second half alone", [b"PK\x03\x04", &whole[whole.len() / 2..]].concat(), damaged));
    cases.push(case("only its end", &whole[whole.len() - 22..], damaged));
    cases
}

/// Records with wrong headers.
fn records() -> Vec<Case> {
    let damaged = "its zip archive is damaged";
    let mut cases = vec![
        with("a compressed pickle", 0, |e| e.method = 8, "its record `data.pkl` is compressed or encrypted"),
        with("a compressed storage", 2, |e| e.method = 8, "has the storage `0`, which is compressed or encrypted"),
        with("an encrypted pickle", 0, |e| e.flags = 1, "its record `data.pkl` is compressed or encrypted"),
        with("an encrypted storage", 2, |e| e.flags = 0x41, "has the storage `0`, which is compressed or encrypted"),
        with("a method of the future", 2, |e| e.method = 99, "which is compressed or encrypted"),
        with("a stored record that grows", 2, |e| e.sizes = Some((288, 1 << 31)), "with two different sizes"),
        with("a stored record that shrinks", 2, |e| e.sizes = Some((288, 4)), "with two different sizes"),
        with("a record beyond the file", 2, |e| e.sizes = Some((1 << 30, 1 << 30)), "ends beyond the file"),
        with(
            "a record of the largest size",
            2,
            |e| e.sizes = Some((u32::MAX - 1, u32::MAX - 1)),
            "ends beyond the file",
        ),
        with("a record over the next", 2, |e| e.sizes = Some((400, 400)), "overlap"),
        with("a record over all others", 0, |e| e.sizes = Some((3_000, 3_000)), "overlap"),
        with("a record at the place of another", 3, |e| e.at = Some(0), "overlap"),
        with("a record where none is", 2, |e| e.at = Some(7), damaged),
        with("a record behind the file", 2, |e| e.at = Some(1 << 30), damaged),
        with("a record at the end of 32 bits", 2, |e| e.at = Some(u32::MAX - 1), damaged),
        with("another pickle's checksum", 0, |e| e.crc = 1, "its record `data.pkl` has another checksum"),
        with("another storage's checksum", 2, |e| e.crc = 1, "the numbers of `conv1.weight` are not those saved"),
        with("another byte order's checksum", 1, |e| e.crc = 1, "its record `byteorder` has another checksum"),
        with("a record twice", 3, |e| e.name = b"w/data/0".to_vec(), "its record `w/data/0` is there twice"),
        with("a name that is not UTF-8", 2, |e| e.name = b"w/data/\xff".to_vec(), "which is not in the file"),
        with("a name with a path", 2, |e| e.name = b"w/../w/data/0".to_vec(), "which is not in the file"),
        with("a name of 60,000 bytes", 2, |e| e.name = b"x".repeat(60_000), "which is not in the file"),
    ];
    // A bomb of overlapping records: one kernel, and many records that quote it.
    let mut many = entries(&whole());
    many.extend((0..1_000).map(|i| Entry { at: Some(0), sizes: Some((288, 288)), ..entry(&format!("w/{i}"), b"") }));
    cases.push(case("a thousand records in one place", zip(&many), "overlap"));
    let mut crowd = entries(&whole());
    crowd.extend((0..60_000).map(|i| entry(&format!("{i}"), b"")));
    crowd.truncate(60_000);
    crowd[0].name = b"w/data.pk".to_vec();
    cases.push(case("60,000 records without a pickle", zip(&crowd), "without a `data.pkl`"));
    cases
}

/// Sizes and offsets of 64 bits.
fn zip64() -> Vec<Case> {
    // Uncompressed size, compressed size, place of the local header.
    let extra = |numbers: &[u64]| {
        let data: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        [&[1, 0], (data.len() as u16).to_le_bytes().as_slice(), &data].concat()
    };
    let long = |numbers: &[u64]| {
        let extra = extra(numbers);
        move |e: &mut Entry| {
            e.sizes = Some((u32::MAX, u32::MAX));
            e.extra = extra;
        }
    };
    let placed = |at: u64| {
        let extra = extra(&[at]);
        move |e: &mut Entry| {
            e.at = Some(u32::MAX);
            e.extra = extra;
        }
    };
    let damaged = "its zip archive is damaged";
    let mut cases = vec![
        with("sizes that overflow", 2, long(&[u64::MAX, u64::MAX]), damaged),
        with("sizes of 2^63 bytes", 2, long(&[1 << 63, 1 << 63]), "ends beyond the file"),
        with("sizes of an exabyte", 2, long(&[1 << 60, 1 << 60]), "ends beyond the file"),
        with("two sizes", 2, long(&[1 << 60, 288]), "with two different sizes"),
        with("sizes without numbers", 2, long(&[]), "ends beyond the file"),
        with("half of the sizes", 2, long(&[288]), "with two different sizes"),
        with("a place that overflows", 2, placed(u64::MAX), damaged),
        with("a place just below 2^64", 2, placed(u64::MAX - 29), damaged),
        with("a place an exabyte away", 2, placed(1 << 60), damaged),
    ];
    for (what, place) in [("nowhere", u64::MAX), ("far away", 1 << 50), ("at the start", 0)] {
        let mut bytes = archive(&whole());
        let end = bytes.split_off(bytes.len() - 22);
        bytes.extend(b"PK\x06\x07\0\0\0\0");
        bytes.extend(place.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(end.iter().enumerate().map(|(i, &byte)| if (8..20).contains(&i) { 0xff } else { byte }));
        cases.push(case(format!("a list of 64 bits {what}"), bytes, damaged));
    }
    cases
}

/// End records with wrong values for the list of records.
fn ends() -> Vec<Case> {
    let counts = "its zip archive says that it has";
    let without = "it is a zip archive without a `data.pkl`";
    vec![
        lying("a list at the start", |(count, size, _)| (count, size, 0), "is not a readable file of weights"),
        lying("a list beyond the file", |(count, size, _)| (count, size, 1 << 30), "is not a readable file of weights"),
        lying("a record too many", |(count, size, start)| (count + 1, size, start), counts),
        lying("a record too few", |(count, size, start)| (count - 1, size, start), counts),
        lying("65,535 records", |(_, size, start)| (u16::MAX, size, start), counts),
        lying("an empty list", |(_, _, start)| (0, 0, start), counts),
        case("no records", zip(&[]), without),
        case("another program's archive", zip(&[entry("word/document.xml", b"<xml/>")]), without),
        case("a NumPy archive", zip(&[entry("arr_0.npy", b"\x93NUMPY")]), without),
        case("a folder for a pickle", zip(&[entry("data.pkl/", b"")]), without),
        case("an archive in an archive", zip(&[entry("w.pth", &archive(&whole()))]), without),
        case(
            "a TorchScript archive",
            zip(&[entry("w/data.pkl", &whole()), entry("w/constants.pkl", b"")]),
            "TorchScript",
        ),
    ]
}

/// Valid archives with other contents.
fn contents() -> Vec<Case> {
    let order = "and only little-endian numbers are read";
    let breaks_off = "should follow, but only 0 do";
    vec![
        with("big-endian numbers", 1, |e| e.data = b"big".to_vec(), order),
        with("an unknown byte order", 1, |e| e.data = b"little\n".to_vec(), order),
        with("no byte order", 1, |e| e.data.clear(), order),
        with("a megabyte of byte order", 1, |e| e.data = b"x".repeat(1 << 20), order),
        with("an empty pickle", 0, |e| e.data.clear(), breaks_off),
        with("zeros for a pickle", 0, |e| e.data = vec![0; 100], "which does not exist"),
        with("a pickle of 17 million bytes", 0, |e| e.data = vec![b'N'; 17 << 20], "and at most 16777216 are read"),
        with("text for a pickle", 0, |e| e.data = b"import os".to_vec(), "there is the opcode"),
    ]
}
