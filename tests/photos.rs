//! Photographs are read and preprocessed to the bit as Pillow and torchvision do it. `tests/python/photos.py` writes the files and
//! what is expected of them.

mod common;

use std::fs;
use std::path::PathBuf;

use athena::Error;
use athena::data::{Normalisation, Photo, Preprocessing};
use common::generate::hashes;
use common::reference::path;

/// Pillow reads it; we do not.
const UNSUPPORTED: &str = "finer_colours.jpg";

fn photo(name: &str) -> PathBuf {
    path("photos").join(name)
}

/// The words of each line.
fn expected() -> Vec<Vec<String>> {
    let text = fs::read_to_string(photo("expected.txt")).expect("the expectations are committed");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').map(str::to_owned).collect()).collect()
}

fn crc(bytes: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(bytes))
}

fn tensor(photo: &Photo) -> String {
    let values = Preprocessing::imagenet().apply(photo);
    crc(&values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())
}

fn noise(size: &str) -> Photo {
    let (width, height) = size.split_once('x').expect("WIDTHxHEIGHT");
    let (width, height) = (width.parse().unwrap(), height.parse().unwrap());
    let bytes: Vec<u8> = hashes(&format!("noise/{size}")).take(width * height * 3).map(|h| (h >> 56) as u8).collect();
    Photo::from_rgb(width, height, bytes).unwrap()
}

#[test]
fn files_are_read_as_pillow_reads_them() {
    let (mut read, mut refused, mut wrong) = (0, 0, Vec::new());
    for line in expected() {
        let words: Vec<&str> = line.iter().map(String::as_str).collect();
        match (&words[..], Photo::open(photo(words[0]))) {
            (["noise", ..], _) | ([UNSUPPORTED, ..], Err(_)) => {}
            ([_, "refused"], Err(_)) => refused += 1,
            ([_, size, pixels, values], Ok(photo)) => {
                read += 1;
                let found = [format!("{}x{}", photo.width(), photo.height()), crc(photo.pixels()), tensor(&photo)];
                if found != [*size, *pixels, *values] {
                    wrong.push(format!("{}: {found:?}", words.join(" ")));
                }
            }
            (_, Ok(_)) => wrong.push(format!("{}, but it was read", words.join(" "))),
            (_, Err(error)) => wrong.push(format!("{}, but: {error}", words.join(" "))),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((read, refused), (52, 13));
}

#[test]
fn every_size_is_scaled_as_pillow_scales_it() {
    let lines = expected();
    let noises: Vec<&Vec<String>> = lines.iter().filter(|line| line[0] == "noise").collect();
    assert_eq!(noises.len(), 23);
    for line in noises {
        assert_eq!(tensor(&noise(&line[1])), line[2], "{}", line[1]);
    }
}

/// The message of what is no photograph.
fn refusal(name: &str) -> String {
    let error = Photo::open(photo(name)).expect_err(name);
    assert!(matches!(error, Error::Data { .. }), "{error:?}");
    let message = error.to_string();
    assert!(message.contains(name), "{message}");
    message
}

#[test]
fn a_refusal_names_the_file_and_the_reason() {
    let reasons = [
        ("truncated.jpg", "expected a whole JPEG file, found a truncated one"),
        ("without_end.jpg", "expected a whole JPEG file, found a truncated one"),
        ("twelve_bits.jpg", "expected samples of 8 bits, found samples of 12 bits"),
        ("two_components.jpg", "expected a whole JPEG file, found a damaged one"),
        ("no_pixels.jpg", "expected"),
        (UNSUPPORTED, "expected a kind of JPEG that is supported"),
        ("magic_only.jpg", "expected a whole JPEG file, found a damaged one"),
        ("truncated.png", "expected a whole PNG file, found a damaged or truncated one"),
        ("damaged.png", "expected a whole PNG file, found a damaged or truncated one"),
        ("huge.png", "expected at most 178,956,970 pixels, found 3600000000 (60000 x 60000)"),
        ("magic_only.png", "expected a whole PNG file"),
        ("empty.jpg", "expected a JPEG or PNG file, found an empty file"),
        ("text.jpg", "expected a JPEG or PNG file, found bytes of another kind"),
        ("page.jpg", "expected a JPEG or PNG file, found text (HTML, XML or SVG)"),
    ];
    for (name, reason) in reasons {
        let message = refusal(name);
        assert!(message.contains(reason), "{message}");
    }
    let missing = Photo::open("no_such.jpg").unwrap_err().to_string();
    assert!(missing.starts_with("cannot read `no_such.jpg`"), "{missing}");
    assert!(Photo::open(path("photos")).is_err(), "a directory");
}

#[test]
fn every_beginning_of_a_file_is_refused_or_read_without_a_panic() {
    for name in ["sampled_420.jpg", "arithmetic_progressive.jpg", "cmyk.jpg", "progressive_444.jpg", "interlaced.png"] {
        let bytes = fs::read(photo(name)).unwrap();
        // What Pillow reads without: a PNG's last chunk.
        let least = if name.ends_with("png") { bytes.len() - 12 } else { bytes.len() };
        for length in 0..least {
            assert!(Photo::decode(&bytes[..length], name).is_err(), "{length} of {} bytes of {name}", bytes.len());
        }
    }
}

#[test]
fn damage_anywhere_is_refused_or_read_without_a_panic() {
    for line in expected().iter().filter(|line| line[0] != "noise") {
        let bytes = fs::read(photo(&line[0])).unwrap();
        for seed in 0..12 {
            let mut damaged = bytes.clone();
            for (hash, _) in hashes(&format!("damage/{}/{seed}", line[0])).zip(0..1 + seed % 7) {
                if let Some(byte) = damaged.get_mut((hash % bytes.len().max(1) as u64) as usize) {
                    *byte = (hash >> 56) as u8;
                }
            }
            if let Ok(photo) = Photo::decode(&damaged, &line[0]) {
                assert_eq!(photo.pixels().len(), photo.width() * photo.height() * 3);
            }
        }
    }
}

#[test]
fn other_sizes_and_normalisations() {
    let normalisation = Normalisation::new(&[0.5; 3], &[0.25; 3]).unwrap();
    let photo = Photo::from_rgb(2, 1, [0, 255, 255, 0, 255, 0]).unwrap();
    assert_eq!(Preprocessing::new(1, 1, &normalisation).unwrap().apply(&photo), [-2.0, 2.0, 2.0]);
    for (short, side) in [(0, 0), (8, 0), (8, 9), (65_536, 8)] {
        assert!(Preprocessing::new(short, side, &normalisation).is_err(), "{short} {side}");
    }
    let grey = Normalisation::new(&[0.5], &[0.25]).unwrap();
    assert!(Preprocessing::new(8, 8, &grey).is_err());
    for (width, height, bytes) in [(0, 1, 0), (1, 0, 0), (1, 1, 2), (usize::MAX, 2, 6)] {
        assert!(Photo::from_rgb(width, height, vec![0; bytes]).is_err(), "{width} {height} {bytes}");
    }
    let long = Photo::from_rgb(1, 2_000_000, vec![77; 6_000_000]).unwrap();
    assert_eq!(Preprocessing::imagenet().apply(&long).len(), 3 * 224 * 224);
}
