//! Files of weights: which kind one is, and the numbers in it.
//!
//! Tensors are read one at a time rather than mapped into memory. There is no second copy either way; but a mapped file counts as memory
//! in use once it has been read, needs `unsafe`, and takes the process down if another one cuts it short.

use super::header;
use super::numbers::{Bf16, Decode, F16, F32, F64, integer};
use super::tensor::{Run, Tensor};
use crate::error::Error;
use safetensors::Dtype;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Bytes read at a time.
const WINDOW: usize = 1 << 16;

/// An open file of weights.
#[derive(Debug)]
pub struct WeightFile {
    path: PathBuf,
    file: File,
    len: u64,
    /// A part of the file, and where it begins.
    buffer: Vec<u8>,
    buffered: u64,
}

impl WeightFile {
    /// Opens the file and reads what it says about its tensors, all of which lie within it.
    pub fn open(path: &Path) -> Result<(Self, Vec<Tensor>), Error> {
        let failed = |source| Error::Io { action: "read", path: path.to_owned(), source };
        let metadata = fs::metadata(path).map_err(failed)?;
        if !metadata.is_file() {
            let what = if metadata.is_dir() { "a folder" } else { "no regular file" };
            return Err(Error::Damaged { path: path.to_owned(), reason: format!("it is {what}") });
        }
        let file = File::open(path).map_err(failed)?;
        let mut file = Self { path: path.to_owned(), len: metadata.len(), file, buffer: Vec::new(), buffered: 0 };
        let tensors = file.tensors()?;
        Ok((file, tensors))
    }

    /// What the file says about its tensors.
    fn tensors(&mut self) -> Result<Vec<Tensor>, Error> {
        let damaged = |file: &Self, reason| Error::Damaged { path: file.path.clone(), reason };
        let start = self.bytes(0, self.len.min(16) as usize)?.to_vec();
        let Some(prefix) = start.first_chunk() else {
            return Err(damaged(self, format!("it has only {} bytes", self.len)));
        };
        let header_len = u64::from_le_bytes(*prefix);
        if start.get(8) != Some(&b'{') || header_len > header::LONGEST {
            let reason = format!("it is no safetensors file; it begins with `{}`", start.escape_ascii());
            return Err(damaged(self, reason));
        }
        if header_len > self.len - header::PREFIX {
            let reason = format!("it says that its header has {header_len} bytes, but it has only {} in all", self.len);
            return Err(damaged(self, reason));
        }
        let header = self.bytes(header::PREFIX, header_len as usize)?.to_vec();
        header::tensors(&header, self.len).map_err(|reason| damaged(self, reason))
    }

    /// Whether all of the tensor's bytes can be read.
    pub fn check(&mut self, tensor: &Tensor) -> Result<(), Error> {
        let (mut at, end) = (tensor.start, tensor.start + tensor.span());
        while at < end {
            let len = (end - at).min(WINDOW as u64);
            self.bytes(at, len as usize)?;
            at += len;
        }
        Ok(())
    }

    /// The one integer of this tensor.
    pub fn integer(&mut self, tensor: &Tensor) -> Result<i64, Error> {
        Ok(integer(tensor.dtype, self.bytes(tensor.start, tensor.width())?))
    }

    /// The numbers of this tensor of floats, the last axis fastest.
    pub fn floats(&mut self, tensor: &Tensor) -> Result<Vec<f32>, Error> {
        match tensor.dtype {
            Dtype::F64 => self.decoded::<8, F64>(tensor),
            Dtype::F16 => self.decoded::<2, F16>(tensor),
            Dtype::BF16 => self.decoded::<2, Bf16>(tensor),
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

    /// These bytes of the file, and in one read with them those that follow: tensors are read from their first byte to their last.
    fn bytes(&mut self, at: u64, len: usize) -> Result<&[u8], Error> {
        let end = at + len as u64;
        if at < self.buffered || self.buffered + (self.buffer.len() as u64) < end {
            let window = (WINDOW as u64).min(self.len.saturating_sub(at)).max(len as u64);
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

    fn unreadable(&self, source: io::Error) -> Error {
        let path = self.path.clone();
        match source.kind() {
            io::ErrorKind::UnexpectedEof => {
                Error::Damaged { path, reason: "it was cut short while it was read".to_owned() }
            }
            _ => Error::Io { action: "read", path, source },
        }
    }
}

/// The numbers of one run to their places in the tensor.
fn scatter<const BYTES: usize, D: Decode<BYTES>>(bytes: &[u8], run: &Run, values: &mut [f32]) {
    let places = values[run.index..].iter_mut().step_by(run.step).take(run.len);
    let numbers = bytes.as_chunks().0;
    if run.stride == 0 {
        places.for_each(|to| *to = D::decode(numbers[0]));
    } else {
        places.zip(numbers.iter().step_by(run.stride)).for_each(|(to, &from)| *to = D::decode(from));
    }
}
