//! Limits of what is read from files, and checks that a path is a regular file.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use crate::Error;

/// The limit of Pillow 13: it refuses images of more than twice `Image.MAX_IMAGE_PIXELS` pixels (`DecompressionBombError`).
const PIXELS: u64 = 2 * (1024 * 1024 * 1024 / 4 / 3);

/// The size of this number of pixels with 16-bit red, green and blue, uncompressed.
const BYTES: u64 = 1 << 30;

/// The number of bytes by which memory grows while a file is read.
const STEP: usize = 1 << 20;

/// Limits of what is read from a file: the pixels of a photograph, the bytes of a file on the disk, and the bytes of a packed file after
/// unpacking.
///
/// A few bytes of a damaged or hostile file may claim terabytes. So all sizes in files are compared with a limit before memory is
/// allocated. The default is 178,956,970 pixels, as in Pillow 13 (twice its `Image.MAX_IMAGE_PIXELS`), and 1 GiB (1,073,741,824
/// bytes), the size of so many uncompressed pixels with 16 bits per colour.
///
/// ```
/// use athena::data::Limits;
///
/// // Thumbnails from strangers.
/// let limits = Limits::new().pixels(4096 * 4096).bytes(20 << 20);
/// assert!(limits.read("Cargo.toml").is_ok());
/// let error = limits.bytes(10).read("Cargo.toml").unwrap_err();
/// assert!(error.to_string().contains("at most 10 bytes"));
/// ```
///
/// `Photo::open_with`, `Photo::decode_with` and `mnist_with` take one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pixels: u64,
    bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

impl Limits {
    /// The default limits: 178,956,970 pixels and 1 GiB.
    ///
    /// ```
    /// assert_eq!(athena::data::Limits::new(), athena::data::Limits::default());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self { pixels: PIXELS, bytes: BYTES }
    }

    /// Sets the largest number of pixels of a photograph, width times height. A photograph takes 3 bytes of memory per pixel, and
    /// up to 16 more while it is decoded.
    ///
    /// ```
    /// let limits = athena::data::Limits::new().pixels(1_000_000_000);
    /// ```
    #[must_use]
    pub const fn pixels(self, most: u64) -> Self {
        Self { pixels: most, ..self }
    }

    /// Sets the largest number of bytes of a file, and of a packed file after unpacking.
    ///
    /// ```
    /// let limits = athena::data::Limits::new().bytes(8 << 30);
    /// ```
    #[must_use]
    pub const fn bytes(self, most: u64) -> Self {
        Self { bytes: most, ..self }
    }

    #[cfg_attr(not(feature = "images"), allow(dead_code, reason = "of photographs alone"))]
    pub(super) const fn most_pixels(self) -> u64 {
        self.pixels
    }

    #[cfg_attr(not(feature = "datasets"), allow(dead_code, reason = "of packed files alone"))]
    pub(super) const fn most_bytes(self) -> u64 {
        self.bytes
    }

    /// Reads a regular file, or a symbolic link to one.
    ///
    /// ```
    /// fn main() -> Result<(), athena::Error> {
    ///     let names = athena::data::Limits::new().bytes(1 << 20).read("Cargo.toml")?;
    ///     assert!(!names.is_empty());
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// The file cannot be read. It is a directory, a pipe, a device or a socket, which are not opened. It has more bytes than the limit.
    pub fn read(self, path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
        self.read_as("a file to read", path.as_ref())
    }

    /// Reads a regular file. `what` says what it is read as, for errors.
    pub(super) fn read_as(self, what: &'static str, path: &Path) -> Result<Vec<u8>, Error> {
        let (file, length) = open(what, path)?;
        let unreadable = |source| Error::Io { action: "read", path: path.to_path_buf(), source };
        if length > self.bytes {
            return Err(self.too_long(what, path, &format!("{length} bytes")));
        }
        let mut bytes = Vec::new();
        // The length is not trusted: a file may grow meanwhile, and files in /proc claim to be empty.
        let read = take(file, self.bytes.saturating_add(1), &mut bytes).map_err(unreadable)?;
        if read > self.bytes { Err(self.too_long(what, path, "more")) } else { Ok(bytes) }
    }

    /// The error for a file that has, or unpacks to, more bytes than the limit.
    pub(super) fn too_long(self, what: &'static str, path: &Path, found: &str) -> Error {
        Error::Data {
            path: path.to_path_buf(),
            what,
            expected: format!("at most {} bytes", self.bytes),
            found: found.to_owned(),
            help: "if it is meant to be as large, raise the limit with `Limits::new().bytes(...)`",
        }
    }
}

/// Opens a regular file and returns its length. Other kinds of files could block, or never end.
pub(super) fn open(what: &'static str, path: &Path) -> Result<(File, u64), Error> {
    let unreadable = |source| Error::Io { action: "read", path: path.to_path_buf(), source };
    // This is checked before the file is opened, because opening a pipe waits for a writer.
    regular(what, path, &fs::metadata(path).map_err(unreadable)?)?;
    let file = File::open(path).map_err(unreadable)?;
    // It is checked again, since the file may have been replaced meanwhile.
    let metadata = file.metadata().map_err(unreadable)?;
    regular(what, path, &metadata)?;
    Ok((file, metadata.len()))
}

fn regular(what: &'static str, path: &Path, metadata: &Metadata) -> Result<(), Error> {
    let kind = metadata.file_type();
    if kind.is_file() {
        return Ok(());
    }
    if kind.is_dir() {
        let source = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(Error::Io { action: "read", path: path.to_path_buf(), source });
    }
    let found = special(kind);
    let expected = "a regular file".to_owned();
    let help = "give the path of a file; save the data of a pipe or a device to a file first";
    Err(Error::Data { path: path.to_path_buf(), what, expected, found: found.to_owned(), help })
}

/// The kind of a file that is neither a regular file nor a directory.
#[cfg(unix)]
fn special(kind: fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    match () {
        () if kind.is_fifo() => "a named pipe (FIFO)",
        () if kind.is_char_device() => "a character device",
        () if kind.is_block_device() => "a block device",
        () if kind.is_socket() => "a socket",
        () => "something else",
    }
}

#[cfg(not(unix))]
fn special(_: fs::FileType) -> &'static str {
    "something else"
}

/// Appends up to `most` bytes of `reader` to `bytes`, and returns their number. Memory is allocated as bytes arrive, so a wrong length in a
/// file costs nothing. Too little memory is an error.
pub(super) fn take(mut reader: impl Read, most: u64, bytes: &mut Vec<u8>) -> io::Result<u64> {
    let mut read = 0;
    while read < most {
        let step = STEP.max(bytes.len() / 2);
        let step = usize::try_from(most - read).map_or(step, |rest| rest.min(step));
        bytes.try_reserve(step).map_err(|_| io::Error::from(io::ErrorKind::OutOfMemory))?;
        let came = (&mut reader).take(step as u64).read_to_end(bytes)? as u64;
        read += came;
        if came < step as u64 {
            break;
        }
    }
    Ok(read)
}
