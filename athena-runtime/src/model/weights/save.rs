//! Writes state dicts as safetensors files.

use super::dtype::Dtype;
use super::replace::replace;
use crate::error::Error;
use crate::layers::{Parameter, Storage};
use crate::model::state::State;
use std::cmp::Reverse;
use std::fmt::Write as _;
use std::path::Path;

/// Writes the state under the names of `table`.
pub(in crate::model) fn save(state: &State, table: &'static [Parameter], path: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { action: "write", path: path.to_owned(), source };
    replace(path, &safetensors(state, table)).map_err(failed)
}

/// The bytes of a [safetensors file](https://huggingface.co/docs/safetensors): the length of the header, the header (JSON), and the
/// values. The header is padded to a multiple of 8 bytes and the widest types come first, so that every tensor is aligned.
fn safetensors(state: &State, table: &'static [Parameter]) -> Vec<u8> {
    let mut parameters: Vec<&'static Parameter> = table.iter().collect();
    parameters.sort_by_key(|parameter| (Reverse(dtype(parameter).bitsize()), parameter.name));
    let (mut header, mut data) = (r#"{"__metadata__":{"format":"pt"}"#.to_owned(), Vec::new());
    for parameter in parameters {
        let start = data.len();
        match parameter.storage {
            Storage::Batches { index } => data.extend(state.batches(index).to_le_bytes()),
            Storage::ConvWeight { .. }
            | Storage::LinearWeight { .. }
            | Storage::Vector { .. }
            | Storage::Running { .. } => data.extend(state.read(parameter).into_iter().flat_map(f32::to_le_bytes)),
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
