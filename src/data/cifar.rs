//! Reads the binary files of CIFAR-10.

use std::path::{Path, PathBuf};

use super::file::Collection;
use super::{Dataset, Limits};
use crate::{Classes, Error, Image};

type Objects = Dataset<Image<3, 32, 32>, Classes<10>>;

const CIFAR: Collection = Collection {
    what: "CIFAR-10's binary version",
    help: "download https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz, unpack it with `tar xzf`, and pass the directory \
           `cifar-10-batches-bin` or its parent",
};

const FOLDER: &str = "cifar-10-batches-bin";
const TRAIN: [&str; 5] =
    ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"];
const TEST: [&str; 1] = ["test_batch.bin"];

/// Pixels of one image: red, green and blue planes.
const IMAGE: usize = 3 * 32 * 32;
/// A record is one label and one image.
const RECORD: usize = 1 + IMAGE;
/// Records in each file.
const RECORDS: usize = 10_000;
/// Bytes of each file, and the limit of what is read and unpacked.
const FILE: u64 = (RECORDS * RECORD) as u64;

/// Reads CIFAR-10 (Krizhevsky 2009) from its binary files: 50,000 images to train with and 10,000 to test with. `dir` is the
/// directory `cifar-10-batches-bin` or its parent.
///
/// ```no_run
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let (train, test) = cifar10("cifar-10-batches-bin")?;
///     assert_eq!((train.len(), test.len()), (50_000, 10_000));
///     Ok(())
/// }
/// ```
///
/// # Errors
/// A file is missing, truncated or too long, or has labels other than 0 to 9. The error names the file, what was expected, what was
/// found, and where to get the data.
pub fn cifar10(dir: impl AsRef<Path>) -> Result<(Objects, Objects), Error> {
    let dir = find(dir.as_ref())?;
    Ok((read(&dir, &TRAIN)?, read(&dir, &TEST)?))
}

fn find(dir: &Path) -> Result<PathBuf, Error> {
    let places = [dir.to_path_buf(), dir.join(FOLDER)];
    if let Some(place) =
        places.into_iter().find(|place| TRAIN.iter().chain(&TEST).any(|name| place.join(name).is_file()))
    {
        return Ok(place);
    }
    let expected = format!("`{}` to `{}` and `{}`, there or in `{FOLDER}`", TRAIN[0], TRAIN[4], TEST[0]);
    let others = [
        ("data_batch_1", "the Python version"),
        ("cifar-10-batches-py", "the Python version"),
        ("cifar-10-binary.tar.gz", "the archive, not unpacked"),
    ];
    match others.into_iter().find(|(name, _)| dir.join(name).exists()) {
        Some((name, found)) => Err(CIFAR.error(dir, expected, format!("{found} (`{name}`)"))),
        None => Err(CIFAR.missing(dir, expected)),
    }
}

fn read(dir: &Path, names: &[&str]) -> Result<Objects, Error> {
    let mut pixels = Vec::with_capacity(names.len() * RECORDS * IMAGE);
    let mut labels = Vec::with_capacity(names.len() * RECORDS);
    for name in names {
        let path = dir.join(name);
        if !path.exists() {
            return Err(CIFAR.missing(&path, "a file of 10,000 images"));
        }
        let mut content = CIFAR.open(&path, Limits::new().bytes(FILE))?;
        let bytes = content.bytes(FILE, "10,000 records of a label and 3,072 pixels")?;
        content.end()?;
        for (record, bytes) in bytes.chunks_exact(RECORD).enumerate() {
            let label = bytes[0];
            if label > 9 {
                let found = format!("label {label} at byte {} (image {record})", record * RECORD);
                return Err(CIFAR.error(&path, "labels of 0 to 9", found));
            }
            labels.push(u32::from(label));
            pixels.extend_from_slice(&bytes[1..]);
        }
    }
    Dataset::from_bytes(pixels, labels)
}
