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
mod take;
mod tensor;

#[cfg(feature = "onnx")]
pub(crate) use replace::replace;
pub use report::LoadReport;
pub(super) use save::save;

use super::{Plan, State};
use crate::error::Error;
use crate::layers::Parameter;
use file::WeightFile;
use fit::{Fit, Pair};
use std::path::Path;
use take::take;

/// A state of what the file holds, which has all.
pub(super) fn read(plan: &Plan, path: &Path) -> Result<State, Error> {
    let (mut file, tensors) = WeightFile::open(path)?;
    let fit = Fit::of(&tensors, plan.table);
    if !fit.misfits.is_empty() {
        return Err(fit.refusal(path));
    }
    let mut state = State::zeroed(plan)?;
    check_counts(&mut file, &fit.pairs)?;
    file.check_sums(fit.pairs.iter().map(|pair| pair.tensor))?;
    take(&mut state, &mut file, &fit.pairs)?;
    Ok(state)
}

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

/// Takes these tensors over.
///
/// All of them are read once before the first is written: a disk that fails, or checksums that tell of damage, leave the state as it was.
fn write(state: &mut State, file: &mut WeightFile, pairs: &[Pair<'_>]) -> Result<(), Error> {
    file.check(pairs.iter().map(|pair| pair.tensor))?;
    check_counts(file, pairs)?;
    take(state, file, pairs)
}

/// Refuses counts of batches below 0.
fn check_counts(file: &mut WeightFile, pairs: &[Pair<'_>]) -> Result<(), Error> {
    for Pair { tensor, .. } in pairs.iter().filter(|pair| pair.parameter.is_counter()) {
        let count = file.integer(tensor)?;
        if count < 0 {
            return Err(file.damaged(format!("`{}` is {count}, where a count of batches is 0 or more", tensor.name)));
        }
    }
    Ok(())
}
