//! Reads MNIST's handwritten digits, and data sets in the same format (Fashion-MNIST, KMNIST).

use std::path::{Path, PathBuf};

use super::file::Collection;
use super::{Dataset, Limits, idx};
use crate::{Classes, Error, Image};

type Digits = Dataset<Image<1, 28, 28>, Classes<10>>;

const MNIST: Collection = Collection {
    what: "MNIST",
    help: "download train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, t10k-images-idx3-ubyte.gz and \
           t10k-labels-idx1-ubyte.gz from https://ossci-datasets.s3.amazonaws.com/mnist/ into one directory and pass that",
};

/// The places of the files: the directory itself, or the sub-directories that torchvision and others use.
const PLACES: [&str; 3] = ["", "mnist", "MNIST/raw"];

/// Reads MNIST's four IDX files from `dir` (or `dir/mnist`, or `dir/MNIST/raw`): the training and the test set.
///
/// ```no_run
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let (train, test) = mnist("MNIST/raw")?;
///     assert_eq!((train.len(), test.len()), (60_000, 10_000));
///     Ok(())
/// }
/// ```
///
/// Each file may be raw or gzipped, with or without `.gz` in its name, and named `train-images-idx3-ubyte` or
/// `train-images.idx3-ubyte`.
///
/// # Errors
/// A file is missing, truncated, too long or of another format, its images are not 28 x 28, or it has labels other than 0
/// to 9. The error names the file, what was expected, what was found, and where to get the data. A file unpacks to more than 1 GiB;
/// [`mnist_with`] takes another limit.
pub fn mnist(dir: impl AsRef<Path>) -> Result<(Digits, Digits), Error> {
    mnist_with(dir, Limits::new())
}

/// Like [`mnist`], with a limit on the size of each file after unpacking.
///
/// ```no_run
/// use athena::data::{self, Limits};
///
/// fn main() -> Result<(), athena::Error> {
///     let (train, test) = data::mnist_with("path/to/data", Limits::new().bytes(4 << 30))?;
///     Ok(())
/// }
/// ```
///
/// # Errors
/// Those of [`mnist`]. A file unpacks to more bytes than the limit; it is then not unpacked.
pub fn mnist_with(dir: impl AsRef<Path>, limits: Limits) -> Result<(Digits, Digits), Error> {
    let dir = dir.as_ref();
    Ok((part(dir, "train", limits)?, part(dir, "t10k", limits)?))
}

fn part(dir: &Path, name: &str, limits: Limits) -> Result<Digits, Error> {
    let images_path = find(dir, &format!("{name}-images"), 3)?;
    let labels_path = find(dir, &format!("{name}-labels"), 1)?;
    let ([count, height, width], pixels) = idx::read(MNIST, &images_path, "images", limits)?;
    if [height, width] != [28, 28] || count == 0 {
        let found = format!("{count} images of {height}x{width} pixels");
        return Err(MNIST.error(&images_path, "one or more images of 28x28 pixels", found));
    }
    let ([labelled], labels) = idx::read(MNIST, &labels_path, "labels", limits)?;
    if labelled != count {
        let expected = format!("{count} labels, one for each image of `{}`", images_path.display());
        return Err(MNIST.error(&labels_path, expected, format!("{labelled} labels")));
    }
    if let Some(at) = labels.iter().position(|&label| label > 9) {
        return Err(MNIST.error(&labels_path, "labels of 0 to 9", format!("label {} of image {at}", labels[at])));
    }
    Dataset::from_bytes(pixels, labels)
}

/// Finds the first file that has one of the usual names.
fn find(dir: &Path, stem: &str, dimensions: usize) -> Result<PathBuf, Error> {
    let names = ["-", "."].map(|separator| format!("{stem}{separator}idx{dimensions}-ubyte"));
    let candidates = PLACES.iter().flat_map(|place| {
        let place = dir.join(place);
        names.iter().flat_map(move |name| [place.join(name), place.join(format!("{name}.gz"))])
    });
    // A path that is not a file is reported when it is opened.
    let found =
        candidates.clone().find(|path| path.is_file()).or_else(|| candidates.clone().find(|path| path.exists()));
    found.ok_or_else(|| MNIST.missing(dir, format!("a directory with `{}` or `{}.gz`", names[0], names[0])))
}
