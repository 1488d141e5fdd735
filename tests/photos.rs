//! Photographs are read and preprocessed with the same bits as by Pillow and torchvision. `tests/python/photos.py` writes the files and the
//! expected results.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use athena::Error;
use athena::data::{Limits, Normalisation, Photo, Preprocessing};
use common::generate::hashes;
use common::reference::path;

/// Files that Pillow reads and athena refuses: colours sampled finer than brightness, restart markers that are lost or short
/// where libjpeg guesses, scans that end early before others, and layouts that no program writes.
const UNSUPPORTED: [&str; 13] = [
    "finer_colours.jpg",
    "lacking_interval_False.jpg",
    "lacking_interval_True.jpg",
    "lacking_middle_of_scan_0.jpg",
    "lacking_middle_of_scan_2.jpg",
    "lacking_restart_False.jpg",
    "lacking_restart_True.jpg",
    "restart_renumbered_False.jpg",
    "restart_renumbered_True.jpg",
    "short_interval_True.jpg",
    "without_palette.gif",
    "bilevel_8.bmp",
    "runs_4_of_8.bmp",
];

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
    let (mut read, mut refused, mut unsupported, mut wrong) = (0, 0, 0, Vec::new());
    for line in expected() {
        let words: Vec<&str> = line.iter().map(String::as_str).collect();
        match (&words[..], Photo::open(photo(words[0]))) {
            (["noise", ..], _) => {}
            ([name, ..], Err(_)) if UNSUPPORTED.contains(name) => unsupported += 1,
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
    assert_eq!((read, refused, unsupported), (171, 33, UNSUPPORTED.len()));
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

/// The error message for a file that is refused.
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
        ("finer_colours.jpg", "expected a kind of JPEG that is supported"),
        ("magic_only.jpg", "expected a whole JPEG file, found a damaged one"),
        ("truncated.png", "expected a whole PNG file, found a damaged or truncated one"),
        ("damaged.png", "expected a whole PNG file, found a damaged or truncated one"),
        ("lacking_restart_False.jpg", "found a damaged one (restart marker 2 at byte 1146 where scan 1 has number 1)"),
        ("lacking_interval_True.jpg", "found a damaged one (restart marker 2 at byte 279 where scan 1 has number 1)"),
        ("lacking_middle_of_scan_0.jpg", "expected a whole JPEG file, found a damaged one"),
        ("truncated.gif", "expected a whole GIF file, found a damaged or truncated one"),
        ("truncated.bmp", "expected a whole BMP file, found a truncated one"),
        ("truncated.webp", "expected a whole WebP file, found a truncated one"),
        ("masks_444.bmp", "expected a kind of BMP that is supported, found colours of 16 bits with the masks"),
        ("no_pixels.bmp", "expected at least one pixel, found 0 x 31"),
        ("huge.bmp", "expected at most 178,956,970 pixels, found 3600000000 (60000 x 60000)"),
        ("huge.png", "expected at most 178,956,970 pixels, found 3600000000 (60000 x 60000)"),
        ("magic_only.png", "expected a whole PNG file"),
        ("empty.jpg", "expected a JPEG, PNG, GIF, BMP or WebP file, found an empty file"),
        ("text.jpg", "expected a JPEG, PNG, GIF, BMP or WebP file, found bytes of another kind"),
        ("page.jpg", "expected a JPEG, PNG, GIF, BMP or WebP file, found text (HTML, XML or SVG)"),
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
    let jpegs = ["sampled_420.jpg", "arithmetic_progressive.jpg", "cmyk.jpg", "progressive_444.jpg"];
    let others = ["interlaced.png", "colour_24_40.bmp", "palette_4.bmp", "lossless.webp", "lossy_alpha.webp"];
    for name in jpegs.into_iter().chain(others) {
        let bytes = fs::read(photo(name)).unwrap();
        // Pillow does not need the last chunk of a PNG.
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

/// A limit that is large enough, and one that is a pixel or a byte too small.
#[test]
fn limits_are_the_users() {
    for name in ["sampled_420.jpg", "rgba_16.png", "interlaced.gif", "runs_8.bmp", "lossy_alpha.webp", "lossless.webp"]
    {
        let path = photo(name);
        let (bytes, whole) = (fs::metadata(&path).unwrap().len(), Photo::open(&path).unwrap());
        let pixels = (whole.width() * whole.height()) as u64;
        assert_eq!(Photo::open_with(&path, Limits::new().pixels(pixels).bytes(bytes)).unwrap(), whole);
        let error = Photo::open_with(&path, Limits::new().pixels(pixels - 1)).unwrap_err().to_string();
        let most = pixels - 1;
        let most = if most < 1000 { most.to_string() } else { format!("{},{:03}", most / 1000, most % 1000) };
        assert!(error.contains(&format!("at most {most} pixels")) && error.contains("Photo::open_with"), "{error}");
        let error = Photo::open_with(&path, Limits::new().bytes(bytes - 1)).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(&format!("at most {} bytes", bytes - 1)), "{error}");
        assert!(error.contains("Limits::new().bytes("), "{error}");
    }
}

/// The length of the file is checked before it is read.
#[test]
fn a_file_longer_than_the_limit_is_refused_before_it_is_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1 << 40).unwrap();
    let error = Photo::open(file.path()).unwrap_err().to_string();
    assert!(error.contains("expected at most 1073741824 bytes, found 1099511627776 bytes"), "{error}");
}

/// A header without an image, with a size of 65,535 x 65,535, or 16,383 x 16,383, the maximum of WebP.
#[test]
fn a_few_bytes_that_stand_for_many_pixels_are_refused() {
    let jpeg = fs::read(photo("sampled_420.jpg")).unwrap();
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap() + 5;
    let jpeg = [&jpeg[..frame], &[255; 4], &jpeg[frame + 4..]].concat();
    let gif = fs::read(photo("global.gif")).unwrap();
    let gif = [&gif[..6], &[255; 4], &gif[10..]].concat();
    let webp = fs::read(photo("lossless.webp")).unwrap();
    let webp = [&webp[..21], &[0xfe, 0xbf, 0xff, 0x0f], &webp[25..]].concat();
    for (name, bytes) in [("many.jpg", jpeg), ("many.gif", gif), ("many.webp", webp)] {
        let error = Photo::decode(&bytes, name).unwrap_err().to_string();
        assert!(error.contains("expected at most 178,956,970 pixels"), "{name}: {error}");
    }
}

/// Pipes do not block, and devices are not read without end.
#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.jpg");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let link = folder.path().join("link.jpg");
    std::os::unix::fs::symlink(&pipe, &link).unwrap();
    let socket = folder.path().join("socket.jpg");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    let kinds = [
        (pipe.as_path(), "a named pipe (FIFO)"),
        (&link, "a named pipe (FIFO)"),
        (&socket, "a socket"),
        (Path::new("/dev/zero"), "a character device"),
    ];
    for (path, kind) in kinds {
        for error in [Photo::open(path).unwrap_err(), Limits::new().read(path).unwrap_err()] {
            let error = error.to_string();
            assert!(error.contains(path.to_str().unwrap()), "{error}");
            assert!(error.contains(&format!("expected a regular file, found {kind}")), "{error}");
        }
    }
    let directory = format!("{:?}", Photo::open(folder.path()).unwrap_err());
    assert!(directory.contains(folder.path().to_str().unwrap()) && directory.contains("is a directory"), "{directory}");
    // A regular file that says it is empty, and one that a link leads to.
    assert!(Limits::new().bytes(1 << 20).read("/proc/self/status").is_ok_and(|text| !text.is_empty()));
    let link = folder.path().join("link.png");
    std::os::unix::fs::symlink(photo("rgb_8.png"), &link).unwrap();
    assert_eq!(Photo::open(link).unwrap(), Photo::open(photo("rgb_8.png")).unwrap());
}

/// Files that `tests/python/damaged_photos.py` damages at random are read as Pillow reads them, or refused. Where `ATHENA_PYTHON`
/// names no Python with Pillow and numpy, it says so and passes.
///
///     ATHENA_PYTHON=python3 cargo test --release --features images --test photos -- --ignored --nocapture
#[test]
#[ignore = "needs Pillow"]
fn damaged_files_are_read_as_pillow_reads_them_or_refused() {
    let Some(python) = std::env::var_os("ATHENA_PYTHON") else {
        println!("skipped, since ATHENA_PYTHON names no Python with Pillow and numpy");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/damaged_photos.py");
    assert!(Command::new(python).arg(script).arg(folder.path()).args(["20000", "9"]).status().unwrap().success());
    let (mut equal, mut refused, mut wrong) = (0, 0, Vec::new());
    for line in fs::read_to_string(folder.path().join("expected.txt")).unwrap().lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match (&words[..], Photo::open(folder.path().join(words[0]))) {
            (_, Err(_)) => refused += 1,
            ([_, size, pixels], Ok(photo))
                if format!("{}x{}", photo.width(), photo.height()) == *size && crc(photo.pixels()) == *pixels =>
            {
                equal += 1;
            }
            _ => wrong.push(line.to_owned()),
        }
    }
    println!("{equal} as Pillow, {refused} refused, {} else\n{}", wrong.len(), wrong.join("\n"));
    // Where coefficients overflow 16 bits, the picture depends on the instructions that libjpeg itself finds; and libwebp counts the
    // bytes of a lossy picture's parts, which the decoder here takes as they come.
    assert!(wrong.len() <= 20, "{} of {}", wrong.len(), equal + refused + wrong.len());
    assert!(equal > 7000);
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
