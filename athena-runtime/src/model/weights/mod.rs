//! State dicts to files and back.

mod dtype;
mod file;
mod fit;
mod header;
mod numbers;
#[cfg(feature = "pytorch")]
mod pytorch;
mod replace;
mod report;
mod save;
mod tensor;

#[cfg(feature = "onnx")]
pub(crate) use replace::replace;
pub use report::LoadReport;
pub(super) use save::save;

use super::State;
use crate::error::Error;
use crate::layers::{Parameter, Storage};
use file::WeightFile;
use fit::{Fit, Pair};
use std::path::Path;

/// Reads the state under the names of `table`; unchanged unless everything fits.
pub(super) fn load(state: &mut State, table: &'static [Parameter], path: &Path) -> Result<(), Error> {
    let (mut file, tensors) = WeightFile::open(path)?;
    let fit = Fit::of(&tensors, table);
    if !fit.misfits.is_empty() {
        return Err(fit.refusal(path));
    }
    write(state, &mut file, &fit.pairs)
}

/// Reads what fits of the state under the names of `table`; unchanged if nothing does.
pub(super) fn load_partial(state: &mut State, table: &'static [Parameter], path: &Path) -> Result<LoadReport, Error> {
    let (mut file, tensors) = WeightFile::open(path)?;
    let fit = Fit::of(&tensors, table);
    if fit.pairs.iter().all(|pair| pair.parameter.is_counter()) {
        return Err(fit.refusal(path));
    }
    write(state, &mut file, &fit.pairs)?;
    Ok(LoadReport::of(&fit, table, path))
}

/// Takes these tensors over, one at a time, so that there is never a second copy of them all.
///
/// All of them are read once before the first is written: a disk that fails, or checksums that tell of damage, leave the state as it was.
fn write(state: &mut State, file: &mut WeightFile, pairs: &[Pair<'_>]) -> Result<(), Error> {
    file.check(pairs.iter().map(|pair| pair.tensor))?;
    for Pair { tensor, .. } in pairs.iter().filter(|pair| pair.parameter.is_counter()) {
        let count = file.integer(tensor)?;
        if count < 0 {
            return Err(file.damaged(format!("`{}` is {count}, where a count of batches is 0 or more", tensor.name)));
        }
    }
    for Pair { parameter, tensor } in pairs {
        match parameter.storage {
            Storage::Batches { index } => state.set_batches(index, file.integer(tensor)?),
            _ => state.write(parameter, &file.floats(tensor)?),
        }
    }
    Ok(())
}
