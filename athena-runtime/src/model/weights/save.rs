//! State dicts as safetensors files.

use crate::error::Error;
use crate::layers::{Parameter, Storage};
use crate::model::State;
use safetensors::{Dtype, View};
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes the state under the names of `table`.
pub(in crate::model) fn save(state: &State, table: &[Parameter], path: &Path) -> Result<(), Error> {
    let tensors = table.iter().map(|parameter| (parameter.name, Tensor::of(state, parameter)));
    let format = [("format".to_owned(), "pt".to_owned())].into_iter().collect();
    let failed = |source| Error::Io { action: "write", path: path.to_owned(), source };
    let bytes = safetensors::serialize(tensors, Some(format)).map_err(|error| failed(io::Error::other(error)))?;
    replace(path, &bytes).map_err(failed)
}

/// A tensor on its way to the file.
struct Tensor {
    dtype: Dtype,
    shape: &'static [usize],
    bytes: Vec<u8>,
}

impl Tensor {
    fn of(state: &State, parameter: &Parameter) -> Self {
        let (dtype, bytes) = match parameter.storage {
            Storage::Batches { index } => (Dtype::I64, state.batches(index).to_le_bytes().to_vec()),
            _ => (Dtype::F32, state.read(parameter).into_iter().flat_map(f32::to_le_bytes).collect()),
        };
        Self { dtype, shape: parameter.shape, bytes }
    }
}

impl View for Tensor {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        (&self.bytes).into()
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// Puts a file with these contents in the place of `path`, whole or not at all.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let beside = neighbour(path)?;
    let written = (|| {
        let mut file = File::create_new(&beside)?;
        file.write_all(contents)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    })();
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A name in the same folder that nobody else uses.
fn neighbour(path: &Path) -> io::Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "this is no file name"))?;
    let mut temporary = name.to_owned();
    temporary.push(format!(".{}-{}.tmp", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    Ok(path.with_file_name(temporary))
}
