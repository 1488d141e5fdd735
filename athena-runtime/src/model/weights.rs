//! State dicts as safetensors files.

use super::State;
use super::names::closest;
use crate::error::Error;
use crate::layers::{Parameter, Storage};
use safetensors::{Dtype, SafeTensors, View};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes the state under the names of `table`.
pub(super) fn save(state: &State, table: &[Parameter], path: &Path) -> Result<(), Error> {
    let tensors = table.iter().map(|parameter| (parameter.name, Tensor::of(state, parameter)));
    let format = [("format".to_owned(), "pt".to_owned())].into_iter().collect();
    let failed = |source| Error::Io { action: "write", path: path.to_owned(), source };
    let bytes = safetensors::serialize(tensors, Some(format)).map_err(|error| failed(io::Error::other(error)))?;
    replace(path, &bytes).map_err(failed)
}

/// Reads the state under the names of `table`; unchanged on error.
pub(super) fn load(state: &mut State, table: &[Parameter], path: &Path) -> Result<(), Error> {
    let bytes = fs::read(path).map_err(|source| Error::Io { action: "read", path: path.to_owned(), source })?;
    let file = SafeTensors::deserialize(&bytes)
        .map_err(|error| Error::Damaged { path: path.to_owned(), reason: error.to_string() })?;
    let problems = problems(&file, table);
    if !problems.is_empty() {
        return Err(Error::Weights { path: path.to_owned(), problems });
    }
    for parameter in table {
        match (parameter.storage, file.tensor(parameter.name)) {
            (Storage::Batches { index }, Ok(tensor)) => {
                let bytes = tensor.data().first_chunk().copied().unwrap_or_default();
                state.set_batches(index, i64::from_le_bytes(bytes));
            }
            (_, Ok(tensor)) => state.write(parameter, &floats(tensor.data())),
            // Only counters may be missing.
            (_, Err(_)) => {}
        }
    }
    Ok(())
}

/// One line for each tensor that is missing, surplus or not as the network has it.
fn problems(file: &SafeTensors<'_>, table: &[Parameter]) -> Vec<String> {
    let expected: HashSet<&str> = table.iter().map(|parameter| parameter.name).collect();
    let missing: Vec<&str> = table.iter().map(|p| p.name).filter(|name| file.tensor(name).is_err()).collect();
    let mut surplus: Vec<_> = file.iter().filter(|(name, _)| !expected.contains(name)).collect();
    surplus.sort_unstable_by_key(|(name, _)| *name);
    let fitting = table.iter().filter_map(|parameter| problem(file, parameter));
    fitting
        .chain(surplus.iter().map(|(name, tensor)| {
            let hint = closest(name, missing.iter().copied()).map(|meant| format!("; it misses `{meant}`"));
            let hint = hint.unwrap_or_default();
            format!("surplus: `{name}` {:?} is none of the network's{hint}", tensor.shape())
        }))
        .collect()
}

fn problem(file: &SafeTensors<'_>, parameter: &Parameter) -> Option<String> {
    let Parameter { name, shape, storage } = parameter;
    let counter = matches!(storage, Storage::Batches { .. });
    let expected = if counter { Dtype::I64 } else { Dtype::F32 };
    match file.tensor(name) {
        Err(_) if counter => None,
        Err(_) => Some(format!("missing: `{name}` {shape:?}")),
        Ok(tensor) if tensor.shape() != *shape => {
            Some(format!("misshapen: `{name}` is {:?} in the file and {shape:?} in the network", tensor.shape()))
        }
        Ok(tensor) if tensor.dtype() != expected => {
            Some(format!("of another type: `{name}` is {:?} in the file; convert it to {expected:?}", tensor.dtype()))
        }
        Ok(_) => None,
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
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
fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
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
