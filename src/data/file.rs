//! Opens data files, gzipped or not, and reports what is wrong with them.

use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::limits::{self, Limits};
use crate::Error;

/// A kind of data files: its name for errors, and where to get it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Collection {
    pub what: &'static str,
    pub help: &'static str,
}

impl Collection {
    /// The error for a file with wrong contents.
    pub fn error(self, path: &Path, expected: impl Into<String>, found: impl Into<String>) -> Error {
        let (expected, found) = (expected.into(), found.into());
        Error::Data { path: path.to_path_buf(), what: self.what, expected, found, help: self.help }
    }

    /// The error for a file or directory that does not exist.
    pub fn missing(self, path: &Path, expected: impl Into<String>) -> Error {
        let found = match path.parent() {
            _ if path.is_dir() => "a directory without it",
            _ if path.exists() => "a file that is none",
            Some(parent) if !parent.as_os_str().is_empty() && !parent.exists() => "no such directory",
            _ => "nothing there",
        };
        self.error(path, expected, found)
    }

    /// Opens a regular file for reading. If it begins as a gzip file, it is unpacked.
    pub fn open(self, path: &Path, limits: Limits) -> Result<Content, Error> {
        let unreadable = |source| Error::Io { action: "read", path: path.to_path_buf(), source };
        let (mut file, _) = limits::open(self.what, path)?;
        let mut magic = Vec::new();
        (&mut file).take(2).read_to_end(&mut magic).map_err(unreadable)?;
        let packed = magic == [0x1f, 0x8b];
        let whole = BufReader::new(io::Cursor::new(magic).chain(file));
        let reader: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        Ok(Content { collection: self, path: path.to_path_buf(), limits, packed, reader, taken: 0 })
    }
}

/// The bytes of one file, unpacked.
pub(super) struct Content {
    collection: Collection,
    path: PathBuf,
    limits: Limits,
    packed: bool,
    reader: Box<dyn Read>,
    taken: u64,
}

impl Content {
    /// Reads the next `count` bytes. `name` says what they are, for errors.
    pub fn bytes(&mut self, count: u64, name: &str) -> Result<Vec<u8>, Error> {
        if self.taken.saturating_add(count) > self.limits.most_bytes() {
            let found = format!("{count} bytes of {name}, as the file says of itself");
            return Err(self.limits.too_long(self.collection.what, &self.path, &found));
        }
        let mut bytes = Vec::new();
        let found = limits::take(&mut self.reader, count, &mut bytes).map_err(|error| self.unreadable(error))?;
        if found < count {
            let (whole, have) = (self.taken.saturating_add(count), self.taken + found);
            return Err(
                self.error(format!("at least {whole} bytes, the last {count} being {name}"), format!("{have} bytes"))
            );
        }
        self.taken += found;
        Ok(bytes)
    }

    /// Checks that nothing follows.
    pub fn end(mut self) -> Result<(), Error> {
        let mut rest = Vec::new();
        let result = (&mut self.reader).take(1).read_to_end(&mut rest);
        result.map_err(|error| self.unreadable(error))?;
        if rest.is_empty() {
            return Ok(());
        }
        Err(self.error(format!("{} bytes", self.taken), "more bytes after these"))
    }

    /// The error for wrong contents of this file.
    pub fn error(&self, expected: impl Into<String>, found: impl Into<String>) -> Error {
        self.collection.error(&self.path, expected, found)
    }

    fn unreadable(&self, source: io::Error) -> Error {
        if self.packed && source.kind() != io::ErrorKind::OutOfMemory {
            return self.error("a whole gzip stream", format!("a damaged one ({source})"));
        }
        Error::Io { action: "read", path: self.path.clone(), source }
    }
}
