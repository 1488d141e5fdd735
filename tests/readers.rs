//! The readers of MNIST and CIFAR-10, with small generated files: all names that the files may have, and all errors.
#![cfg(feature = "datasets")]

use std::fs;
use std::io::Write;
use std::path::Path;

use athena::Error;
use athena::data::{Limits, Loader, cifar10, mnist, mnist_with};
use tempfile::TempDir;

fn idx(magic: [u8; 4], dimensions: &[u32], numbers: &[u8]) -> Vec<u8> {
    let mut file = magic.to_vec();
    dimensions.iter().for_each(|d| file.extend(d.to_be_bytes()));
    file.extend(numbers);
    file
}

fn images(count: u32) -> Vec<u8> {
    let pixels: Vec<u8> = (0..count * 784).map(|i| (i % 251) as u8).collect();
    idx([0, 0, 8, 3], &[count, 28, 28], &pixels)
}

fn labels(labels: &[u8]) -> Vec<u8> {
    idx([0, 0, 8, 1], &[labels.len() as u32], labels)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Three images to train with and two to test with.
fn digits() -> TempDir {
    let dir = TempDir::new().unwrap();
    write(dir.path(), "train-images-idx3-ubyte", &images(3));
    write(dir.path(), "train-labels-idx1-ubyte", &labels(&[5, 0, 9]));
    write(dir.path(), "t10k-images-idx3-ubyte", &images(2));
    write(dir.path(), "t10k-labels-idx1-ubyte", &labels(&[1, 2]));
    dir
}

fn write(dir: &Path, name: &str, bytes: &[u8]) {
    fs::write(dir.join(name), bytes).unwrap();
}

#[track_caller]
fn reads_digits(dir: &Path) {
    let (train, test) = mnist(dir).unwrap();
    assert_eq!((train.labels(), test.labels()), (Some(&[5, 0, 9][..]), Some(&[1, 2][..])));
    let mut loader = Loader::new(&train, 3).unwrap();
    let batch = loader.next_batch().unwrap();
    for (i, &value) in batch.images().iter().enumerate() {
        assert!((value - (i % 251) as f32 / 255.0).abs() < 1e-6, "pixel {i}: {value}");
    }
}

#[test]
fn mnist_under_all_its_names() {
    let dir = digits();
    reads_digits(dir.path());
    let rename = |from: &str, to: &str| fs::rename(dir.path().join(from), dir.path().join(to)).unwrap();
    rename("train-images-idx3-ubyte", "train-images.idx3-ubyte");
    rename("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte");
    reads_digits(dir.path());
    // Gzipped, with and without the suffix.
    write(dir.path(), "train-images.idx3-ubyte", &gzip(&images(3)));
    write(dir.path(), "train-labels-idx1-ubyte.gz", &gzip(&labels(&[5, 0, 9])));
    fs::remove_file(dir.path().join("train-labels-idx1-ubyte")).unwrap();
    reads_digits(dir.path());
    let parent = TempDir::new().unwrap();
    fs::create_dir(parent.path().join("MNIST")).unwrap();
    fs::rename(dir.path(), parent.path().join("MNIST/raw")).unwrap();
    reads_digits(parent.path());
}

/// The parts of a data error that differ: where, what was expected and what was found.
#[track_caller]
fn fault<T: std::fmt::Debug>(result: Result<T, Error>, file: &str) -> [String; 2] {
    let error = result.unwrap_err();
    let text = error.to_string();
    let Error::Data { path, expected, found, help, .. } = error else { panic!("{error:?}") };
    assert!(path.ends_with(file), "{}", path.display());
    assert!(help.contains("https://"), "{help}");
    for part in [path.to_str().unwrap(), &expected, &found, help] {
        assert!(text.contains(part), "{text}");
    }
    [expected, found]
}

#[track_caller]
fn broken_digits(name: &str, bytes: &[u8], expected: &str, found: &str) {
    let dir = digits();
    write(dir.path(), name, bytes);
    assert_eq!(fault(mnist(dir.path()), name), [expected, found]);
}

#[test]
fn mnist_missing() {
    let expected = "a directory with `train-images-idx3-ubyte` or `train-images-idx3-ubyte.gz`";
    let dir = TempDir::new().unwrap();
    assert_eq!(fault(mnist(dir.path()), ""), [expected, "a directory without it"]);
    assert_eq!(fault(mnist(dir.path().join("absent")), "absent"), [expected, "nothing there"]);
    assert_eq!(fault(mnist(dir.path().join("absent/too")), "too"), [expected, "no such directory"]);
    write(dir.path(), "file", &[]);
    assert_eq!(fault(mnist(dir.path().join("file")), "file"), [expected, "a file that is none"]);
    let dir = digits();
    fs::remove_file(dir.path().join("t10k-labels-idx1-ubyte")).unwrap();
    let expected = "a directory with `t10k-labels-idx1-ubyte` or `t10k-labels-idx1-ubyte.gz`";
    assert_eq!(fault(mnist(dir.path()), ""), [expected, "a directory without it"]);
}

#[test]
fn mnist_truncated_or_too_long() {
    let name = "train-images-idx3-ubyte";
    let whole = images(3);
    let images_expected = "at least 2368 bytes, the last 2352 being images";
    broken_digits(name, &whole[..2000], images_expected, "2000 bytes");
    broken_digits(name, &gzip(&whole[..2000]), images_expected, "2000 bytes");
    broken_digits(name, &whole[..10], "at least 16 bytes, the last 12 being the dimensions", "10 bytes");
    broken_digits(name, &[], "at least 4 bytes, the last 4 being the magic number", "0 bytes");
    broken_digits(name, &[&whole[..], &[0]].concat(), "2368 bytes", "more bytes after these");
    broken_digits(name, &gzip(&[&whole[..], &[0]].concat()), "2368 bytes", "more bytes after these");
    let packed = gzip(&whole);
    let dir = digits();
    for damaged in [&packed[..packed.len() / 2], &packed[..packed.len() - 3], &[&packed[..], b"junk"].concat()] {
        write(dir.path(), name, damaged);
        let [expected, found] = fault(mnist(dir.path()), name);
        assert_eq!(expected, "a whole gzip stream");
        assert!(found.starts_with("a damaged one ("), "{found}");
    }
}

/// The size in a file is checked before anything is unpacked or memory is allocated.
#[test]
fn what_unpacks_to_more_than_the_limit_is_refused() {
    let name = "train-images-idx3-ubyte";
    let refused = |bytes: &[u8], limits: Limits| {
        let dir = digits();
        write(dir.path(), name, bytes);
        let Err(Error::Data { path, expected, found, help, .. }) = mnist_with(dir.path(), limits) else {
            panic!("it was read");
        };
        assert!(path.ends_with(name) && help.contains("Limits::new().bytes("), "{} {help}", path.display());
        (expected, found)
    };
    let found = "2352 bytes of images, as the file says of itself".to_owned();
    for file in [images(3), gzip(&images(3))] {
        assert_eq!(refused(&file, Limits::new().bytes(2367)), ("at most 2367 bytes".into(), found.clone()));
    }
    assert!(mnist_with(digits().path(), Limits::new().bytes(2368)).is_ok());
    // 2.4 GB of zeros would be 2.3 MB packed; this file does not even contain these.
    let bomb = gzip(&idx([0, 0, 8, 3], &[3_000_000, 28, 28], &[0; 9000]));
    let found = "2352000000 bytes of images, as the file says of itself".to_owned();
    assert_eq!(refused(&bomb, Limits::new()), ("at most 1073741824 bytes".into(), found));
    let name = "train-labels-idx1-ubyte";
    let dir = digits();
    write(dir.path(), name, &gzip(&idx([0, 0, 8, 1], &[u32::MAX], &[0; 9000])));
    let error = mnist(dir.path()).unwrap_err().to_string();
    assert!(error.contains(name) && error.contains("4294967295 bytes of labels"), "{error}");
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_by_name() {
    let pipe = |path: &Path| {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    let name = "train-images-idx3-ubyte";
    let dir = digits();
    fs::remove_file(dir.path().join(name)).unwrap();
    pipe(&dir.path().join(name));
    let error = mnist(dir.path()).unwrap_err().to_string();
    assert!(error.contains(name) && error.contains("found a named pipe (FIFO)"), "{error}");
    fs::remove_file(dir.path().join(name)).unwrap();
    std::os::unix::fs::symlink("/dev/zero", dir.path().join(name)).unwrap();
    let error = mnist(dir.path()).unwrap_err().to_string();
    assert!(error.contains(name) && error.contains("found a character device"), "{error}");
    let parent = TempDir::new().unwrap();
    objects(parent.path());
    let batch = parent.path().join("data_batch_3.bin");
    fs::remove_file(&batch).unwrap();
    pipe(&batch);
    let error = cifar10(parent.path()).unwrap_err().to_string();
    assert!(error.contains("data_batch_3.bin") && error.contains("found a named pipe (FIFO)"), "{error}");
}

#[test]
fn mnist_foreign() {
    let name = "train-images-idx3-ubyte";
    let expected = "an IDX file of images: the first bytes [00, 00, 08, 03]";
    broken_digits(name, &labels(&[1, 2, 3]), expected, "an IDX file of one dimension, such as labels");
    broken_digits(
        name,
        &idx([0, 0, 13, 3], &[1, 1, 1], &[0; 4]),
        expected,
        "an IDX file of type 0x0d and 3 dimensions",
    );
    broken_digits(name, b"<!DOCTYPE html>", expected, "the first bytes [3c, 21, 44, 4f]");
    let expected = "one or more images of 28x28 pixels";
    broken_digits(name, &idx([0, 0, 8, 3], &[1, 32, 32], &[0; 1024]), expected, "1 images of 32x32 pixels");
    broken_digits(name, &idx([0, 0, 8, 3], &[0, 28, 28], &[]), expected, "0 images of 28x28 pixels");
    let huge = idx([0, 0, 8, 3], &[u32::MAX; 3], &[]);
    let found = "[4294967295, 4294967295, 4294967295]";
    broken_digits(name, &huge, "dimensions of a size that fits in memory", found);
    let name = "train-labels-idx1-ubyte";
    let expected = "an IDX file of labels: the first bytes [00, 00, 08, 01]";
    broken_digits(name, &images(1), expected, "an IDX file of three dimensions, such as images");
    broken_digits(name, &labels(&[1, 10, 3]), "labels of 0 to 9", "label 10 of image 1");
    let dir = digits();
    write(dir.path(), name, &labels(&[1, 2]));
    let [expected, found] = fault(mnist(dir.path()), name);
    assert!(expected.starts_with("3 labels, one for each image of `"), "{expected}");
    assert_eq!(found, "2 labels");
}

const CIFAR_FILE: u64 = 10_000 * 3073;

/// Sparse files of the right size, which contain black images of class 0.
fn objects(dir: &Path) {
    fs::create_dir_all(dir).unwrap();
    for name in (1..=5).map(|i| format!("data_batch_{i}.bin")).chain(["test_batch.bin".into()]) {
        sized(dir, &name, CIFAR_FILE);
    }
}

fn sized(dir: &Path, name: &str, len: u64) {
    fs::File::create(dir.join(name)).unwrap().set_len(len).unwrap();
}

fn patch(dir: &Path, name: &str, at: u64, bytes: &[u8]) {
    use std::io::{Seek, SeekFrom};
    let mut file = fs::OpenOptions::new().write(true).open(dir.join(name)).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn cifar_here_and_in_the_parent() {
    let parent = TempDir::new().unwrap();
    let dir = parent.path().join("cifar-10-batches-bin");
    objects(&dir);
    patch(&dir, "data_batch_2.bin", 3073, &[7, 255]);
    patch(&dir, "test_batch.bin", CIFAR_FILE - 3073, &[9]);
    patch(&dir, "test_batch.bin", CIFAR_FILE - 1, &[51]);
    for place in [parent.path(), &dir] {
        let (train, test) = cifar10(place).unwrap();
        assert_eq!((train.len(), test.len()), (50_000, 10_000));
        assert_eq!(train.labels().unwrap().iter().position(|&label| label == 7), Some(10_001));
        assert_eq!(test.labels().unwrap()[9_999], 9);
        let mut loader = Loader::new(&test, 2_500).unwrap();
        (0..3).for_each(|_| assert!(loader.next_batch().unwrap().images().iter().all(|&x| x == 0.0)));
        let (last, others) = loader.next_batch().unwrap().images().split_last().unwrap();
        assert!((last - 0.2).abs() < 1e-6 && others.iter().all(|&x| x == 0.0));
    }
}

#[test]
fn cifar_faults() {
    let parent = TempDir::new().unwrap();
    let dir = parent.path().join("cifar-10-batches-bin");
    let expected = "`data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`, there or in `cifar-10-batches-bin`";
    assert_eq!(fault(cifar10(&dir), "cifar-10-batches-bin"), [expected, "nothing there"]);
    assert_eq!(fault(cifar10(parent.path()), ""), [expected, "a directory without it"]);
    write(parent.path(), "cifar-10-binary.tar.gz", &[]);
    let found = "the archive, not unpacked (`cifar-10-binary.tar.gz`)";
    assert_eq!(fault(cifar10(parent.path()), ""), [expected, found]);
    fs::create_dir(parent.path().join("cifar-10-batches-py")).unwrap();
    let found = "the Python version (`cifar-10-batches-py`)";
    assert_eq!(fault(cifar10(parent.path()), ""), [expected, found]);

    objects(&dir);
    let records =
        format!("at least {CIFAR_FILE} bytes, the last {CIFAR_FILE} being 10,000 records of a label and 3,072 pixels");
    sized(&dir, "data_batch_3.bin", CIFAR_FILE - 1);
    let found = format!("{} bytes", CIFAR_FILE - 1);
    assert_eq!(fault(cifar10(&dir), "data_batch_3.bin"), [records, found]);
    sized(&dir, "data_batch_3.bin", CIFAR_FILE + 1);
    let found = "more bytes after these";
    assert_eq!(fault(cifar10(&dir), "data_batch_3.bin"), [&format!("{CIFAR_FILE} bytes"), found]);
    sized(&dir, "data_batch_3.bin", CIFAR_FILE);
    patch(&dir, "data_batch_3.bin", 3073 * 4, &[10]);
    let found = "label 10 at byte 12292 (image 4)";
    assert_eq!(fault(cifar10(&dir), "data_batch_3.bin"), ["labels of 0 to 9", found]);
    fs::remove_file(dir.join("data_batch_3.bin")).unwrap();
    assert_eq!(fault(cifar10(&dir), "data_batch_3.bin"), ["a file of 10,000 images", "nothing there"]);
}
