//! An open file of weights: its bytes, and the values of its tensors.
//!
//! Tensors are read one at a time and not mapped into memory. Neither way makes a second copy. But a mapped file counts as used
//! memory once it has been read, needs `unsafe`, and kills the process if another process truncates the file.

use super::dtype::Dtype;
use super::name::Name;
use super::numbers::{
    Bf16, Decode, F8E4M3, F8E4M3Fnuz, F8E5M2, F8E5M2Fnuz, F8E8M0, F16, F32, F64, count, integer, is_integer,
};
use super::tensor::{Run, Tensor};
use crate::error::Error;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Number of bytes that are read at a time.
const WINDOW: usize = 1 << 16;

/// An open file of weights.
#[derive(Debug)]
pub struct WeightFile {
    path: PathBuf,
    file: File,
    len: u64,
    /// A part of the file, and its offset.
    buffer: Vec<u8>,
    buffered: u64,
}

impl WeightFile {
    /// Opens a regular file.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
        let metadata = fs::metadata(path).map_err(failed)?;
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a folder" } else { "no regular file" };
            return Err(Error::Damaged { path: path.to_owned(), reason: format!("it is {what}") });
        }
        let file = File::open(path).map_err(failed)?;
        Ok(Self { path: path.to_owned(), len: metadata.len(), file, buffer: Vec::new(), buffered: 0 })
    }

    /// Checks that all bytes of these tensors can be read, and that their checksums are right.
    pub fn check<'t>(&mut self, tensors: impl Iterator<Item = &'t Tensor> + Clone) -> Result<(), Error> {
        self.check_sums(tensors.clone())?;
        for tensor in tensors.filter(|tensor| !tensor.is_checked()) {
            self.scan(tensor.start, tensor.span(), |_| {})?;
        }
        Ok(())
    }

    /// Checks the checksums of these tensors, if they have any.
    #[cfg(feature = "pytorch")]
    pub fn check_sums<'t>(&mut self, tensors: impl Iterator<Item = &'t Tensor>) -> Result<(), Error> {
        let mut seen = std::collections::HashSet::new();
        for tensor in tensors {
            // Tensors may share bytes, which are then checked once.
            if let Some(record) = tensor.checked
                && seen.insert(record)
                && self.checksum(record.start, record.len)? != record.crc
            {
                return Err(self.damaged(format!("the numbers of `{}` are not those saved", Name(&tensor.name))));
            }
        }
        Ok(())
    }

    #[cfg(not(feature = "pytorch"))]
    pub fn check_sums<'t>(&mut self, _: impl Iterator<Item = &'t Tensor>) -> Result<(), Error> {
        Ok(())
    }

    #[cfg(feature = "pytorch")]
    pub fn checksum(&mut self, start: u64, len: u64) -> Result<u32, Error> {
        let mut sum = rawzip::Crc32::new();
        self.scan(start, len, |bytes| sum.update(bytes))?;
        Ok(sum.checksum())
    }

    /// Calls `see` with these bytes of the file, a part at a time.
    fn scan(&mut self, start: u64, len: u64, mut see: impl FnMut(&[u8])) -> Result<(), Error> {
        let (mut at, end) = (start, start + len);
        while at < end {
            let some = (end - at).min(WINDOW as u64);
            see(self.bytes(at, some as usize)?);
            at += some;
        }
        Ok(())
    }

    /// Reads a count of batches, the only value of this tensor; `None` if it is unknown, because the count overflowed a small float type.
    pub fn count(&mut self, tensor: &Tensor) -> Result<Option<i64>, Error> {
        if is_integer(tensor.dtype) {
            let count = integer(tensor.dtype, self.bytes(tensor.start, tensor.width())?);
            return if count < 0 { Err(self.no_count(tensor, &count)) } else { Ok(Some(count)) };
        }
        let number = match tensor.dtype {
            // f32 cannot hold all counts above 2^24.
            Dtype::F64 => f64::from_le_bytes(self.bytes(tensor.start, 8)?.first_chunk().copied().unwrap_or_default()),
            _ => self.floats(tensor)?.first().copied().map_or(f64::NAN, f64::from),
        };
        count(tensor.dtype, number).map_err(|()| self.no_count(tensor, &number))
    }

    fn no_count(&self, tensor: &Tensor, found: &dyn std::fmt::Display) -> Error {
        let name = Name(&tensor.name);
        self.damaged(format!("`{name}` is {found}, where a count of batches is a whole number, 0 or more"))
    }

    /// Reads the values of this tensor of floats, in row-major order.
    pub fn floats(&mut self, tensor: &Tensor) -> Result<Vec<f32>, Error> {
        match tensor.dtype {
            Dtype::F64 => self.decoded::<8, F64>(tensor),
            Dtype::F16 => self.decoded::<2, F16>(tensor),
            Dtype::BF16 => self.decoded::<2, Bf16>(tensor),
            Dtype::F8_E4M3 => self.decoded::<1, F8E4M3>(tensor),
            Dtype::F8_E5M2 => self.decoded::<1, F8E5M2>(tensor),
            Dtype::F8_E4M3FNUZ => self.decoded::<1, F8E4M3Fnuz>(tensor),
            Dtype::F8_E5M2FNUZ => self.decoded::<1, F8E5M2Fnuz>(tensor),
            Dtype::F8_E8M0 => self.decoded::<1, F8E8M0>(tensor),
            _ => self.decoded::<4, F32>(tensor),
        }
    }

    fn decoded<const BYTES: usize, D: Decode<BYTES>>(&mut self, tensor: &Tensor) -> Result<Vec<f32>, Error> {
        let mut values = vec![0.0; tensor.len()];
        for run in tensor.runs() {
            let together = (WINDOW / BYTES / run.stride.max(1)).max(1);
            let mut done = 0;
            while done < run.len {
                let some = Run {
                    stored: run.stored + done * run.stride,
                    index: run.index + done * run.step,
                    len: together.min(run.len - done),
                    ..run
                };
                let span = ((some.len - 1) * some.stride + 1) * BYTES;
                let bytes = self.bytes(tensor.start + (some.stored * BYTES) as u64, span)?;
                scatter::<BYTES, D>(bytes, &some, &mut values);
                done += some.len;
            }
        }
        Ok(values)
    }

    /// Reads these bytes of the file, together with those that follow, since tensors are read from their first byte to their last.
    pub fn bytes(&mut self, at: u64, len: usize) -> Result<&[u8], Error> {
        let end = at + len as u64;
        if at < self.buffered || self.buffered + (self.buffer.len() as u64) < end {
            let window = (WINDOW as u64).min(self.len.saturating_sub(at)).max(len as u64);
            if self.buffer.capacity() < window as usize {
                // The old buffer is freed first, so that there are never two.
                self.buffer = Vec::new();
                self.buffer.reserve_exact(window as usize);
            }
            self.buffer.resize(window as usize, 0);
            self.buffered = at;
            let read = self.file.seek(SeekFrom::Start(at)).and_then(|_| self.file.read_exact(&mut self.buffer));
            if let Err(error) = read {
                self.buffer.clear();
                return Err(self.unreadable(error));
            }
        }
        Ok(&self.buffer[(at - self.buffered) as usize..][..len])
    }

    /// The length of the file in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// The open file, for another reader.
    #[cfg(feature = "pytorch")]
    pub fn another_handle(&self) -> Result<File, Error> {
        self.file.try_clone().map_err(|source| self.unreadable(source))
    }

    /// The error for a file that is damaged for this reason.
    pub fn damaged(&self, reason: String) -> Error {
        Error::Damaged { path: self.path.clone(), reason }
    }

    /// The error for a file that cannot be read.
    pub fn unreadable(&self, source: io::Error) -> Error {
        match source.kind() {
            io::ErrorKind::UnexpectedEof => self.damaged("it was cut short while it was read".to_owned()),
            _ => Error::Io { action: "read", path: self.path.clone(), source },
        }
    }
}

/// Decodes the values of one run to their places in the tensor.
fn scatter<const BYTES: usize, D: Decode<BYTES>>(bytes: &[u8], run: &Run, values: &mut [f32]) {
    let places = values[run.index..].iter_mut().step_by(run.step).take(run.len);
    let numbers = bytes.as_chunks().0;
    if run.stride == 0 {
        places.for_each(|to| *to = D::decode(numbers[0]));
    } else {
        places.zip(numbers.iter().step_by(run.stride)).for_each(|(to, &from)| *to = D::decode(from));
    }
}
