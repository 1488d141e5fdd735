//! How much is read from outside at most, and what is no file to read from.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::Path;

use crate::Error;

/// Pillow 13 takes images of more than twice `Image.MAX_IMAGE_PIXELS` for an attack (`DecompressionBombError`).
const PIXELS: u64 = 2 * (1024 * 1024 * 1024 / 4 / 3);

/// What so many pixels of 16-bit red, green and blue take where nothing is compressed.
const BYTES: u64 = 1 << 30;

/// Bytes that are read before memory for more is asked for.
const STEP: usize = 1 << 20;

/// The most that is read from a file: pixels of a photograph, bytes of a file as it lies on the disk, and bytes that a packed file
/// unpacks to.
///
/// A file says itself how large it is, and a few bytes of a damaged or hostile one may stand for terabytes. So whatever is read from
/// a file is measured against a limit before memory is asked for. The default is 178,956,970 pixels, as in Pillow 13 (twice its
/// `Image.MAX_IMAGE_PIXELS`), and 1 GiB (1,073,741,824 bytes), which is what so many pixels take uncompressed at 16 bits a colour.
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
    /// 178,956,970 pixels and 1 GiB.
    ///
    /// ```
    /// assert_eq!(athena::data::Limits::new(), athena::data::Limits::default());
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self { pixels: PIXELS, bytes: BYTES }
    }

    /// The most pixels of a photograph, width times height. A photograph takes 3 bytes of memory for each, and while it is decoded
    /// up to 16 more.
    ///
    /// ```
    /// let limits = athena::data::Limits::new().pixels(1_000_000_000);
    /// ```
    #[must_use]
    pub const fn pixels(self, most: u64) -> Self {
        Self { pixels: most, ..self }
    }

    /// The most bytes of a file, and of what a packed file unpacks to.
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

    /// The bytes of a regular file, or of what a symbolic link to one leads to.
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
    /// A file that cannot be read; a directory, a pipe, a device or a socket, which is not waited for; more bytes than the limit.
    pub fn read(self, path: impl AsRef<Path>) -> Result<Vec<u8>, Error> {
        self.read_as("a file to read", path.as_ref())
    }

    /// The bytes of a regular file that is read as `what`.
    pub(super) fn read_as(self, what: &'static str, path: &Path) -> Result<Vec<u8>, Error> {
        let (file, length) = open(what, path)?;
        let unreadable = |source| Error::Io { action: "read", path: path.to_path_buf(), source };
        if length > self.bytes {
            return Err(self.too_long(what, path, &format!("{length} bytes")));
        }
        let mut bytes = Vec::new();
        // A file may grow meanwhile, and those of /proc say that they are empty.
        let read = take(file, self.bytes.saturating_add(1), &mut bytes).map_err(unreadable)?;
        if read > self.bytes { Err(self.too_long(what, path, "more")) } else { Ok(bytes) }
    }

    /// A file holds, or unpacks to, more bytes than the limit.
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

/// Opens a regular file and says how long it is. What is none would be waited for, or never end.
pub(super) fn open(what: &'static str, path: &Path) -> Result<(File, u64), Error> {
    let unreadable = |source| Error::Io { action: "read", path: path.to_path_buf(), source };
    // Opening a pipe waits for who writes into it, so this is asked before.
    regular(what, path, &fs::metadata(path).map_err(unreadable)?)?;
    let file = File::open(path).map_err(unreadable)?;
    // And once more, since another file may have come to stand there.
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
    let help = "give the path of a file; what comes through a pipe or a device can be written to a file before";
    Err(Error::Data { path: path.to_path_buf(), what, expected, found: found.to_owned(), help })
}

/// What stands at a path that is neither a regular file nor a directory.
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

/// Appends up to `most` bytes of `reader` to `bytes`, and says how many came. Memory is asked for as bytes come, so that a length
/// which a file merely claims costs nothing, and a lack of memory is an error.
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
