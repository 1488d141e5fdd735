//! State dicts as safetensors files.

use super::dtype::Dtype;
use crate::error::Error;
use crate::layers::{Parameter, Storage};
use crate::model::State;
use std::cmp::Reverse;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Writes the state under the names of `table`.
pub(in crate::model) fn save(state: &State, table: &[Parameter], path: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { action: "write", path: path.to_owned(), source };
    replace(path, &safetensors(state, table)).map_err(failed)
}

/// The bytes of a [safetensors file](https://huggingface.co/docs/safetensors): the length of the header, the header, which is JSON, and
/// the numbers. As the format asks, the widest numbers come first, so that all are aligned.
fn safetensors(state: &State, table: &[Parameter]) -> Vec<u8> {
    let mut parameters: Vec<&Parameter> = table.iter().collect();
    parameters.sort_by_key(|parameter| (Reverse(dtype(parameter).bitsize()), parameter.name));
    let (mut header, mut data) = (r#"{"__metadata__":{"format":"pt"}"#.to_owned(), Vec::new());
    for parameter in parameters {
        let start = data.len();
        match parameter.storage {
            Storage::Batches { index } => data.extend(state.batches(index).to_le_bytes()),
            _ => data.extend(state.read(parameter).into_iter().flat_map(f32::to_le_bytes)),
        }
        let (dtype, end) = (dtype(parameter), data.len());
        let shape = format!("{:?}", parameter.shape).replace(' ', "");
        let name = hifijson::str::Display::new(parameter.name);
        // Writing to a string does not fail.
        let _ = write!(header, r#",{name}:{{"dtype":"{dtype:?}","shape":{shape},"data_offsets":[{start},{end}]}}"#);
    }
    header.push('}');
    let padded = header.len().next_multiple_of(size_of::<u64>());
    header.extend(std::iter::repeat_n(' ', padded - header.len()));
    let prefix = (header.len() as u64).to_le_bytes();
    [&prefix, header.as_bytes(), &data].concat()
}

fn dtype(parameter: &Parameter) -> Dtype {
    if parameter.is_counter() { Dtype::I64 } else { Dtype::F32 }
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
