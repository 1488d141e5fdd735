//! Writes state dicts to files and reads them.

mod contents;
mod dtype;
mod file;
mod fit;
mod header;
mod name;
mod numbers;
mod open;
mod options;
mod prefix;
#[cfg(feature = "pytorch")]
mod pytorch;
mod replace;
mod report;
mod save;
mod take;
mod tensor;

pub use options::LoadOptions;
pub(super) use prefix::hint;
#[cfg(feature = "onnx")]
pub(crate) use replace::replace;
pub use report::LoadReport;
pub(super) use report::Source;
pub(super) use save::save;

use super::plan::Plan;
use super::state::State;
use crate::error::Error;
use crate::layers::{Parameter, Storage};
use contents::Contents;
use file::WeightFile;
use fit::{Fit, Pair};
use open::open;
use std::path::Path;
use take::take;

/// Makes a state from a file that has all tensors.
pub(super) fn read(plan: &Plan, path: &Path, options: &LoadOptions) -> Result<(State, LoadReport), Error> {
    if options.is_partial() {
        let expected = "options that load all weights, because missing ones would have no values (to load a part, call `load_with` on `new(seed)`)";
        let (name, found) = ("Model::from_file_with", "`partial(true)`".to_owned());
        return Err(Error::Argument { name, expected: expected.to_owned(), found });
    }
    let (mut file, contents) = open(path, options.chosen_key())?;
    let fit = fit(&contents, plan.table, path, options)?;
    let mut state = State::zeroed(plan)?;
    let counts = counts(&mut file, &fit.pairs)?;
    file.check_sums(fit.pairs.iter().map(|pair| pair.tensor))?;
    take(&mut state, &mut file, &fit.pairs)?;
    set(&mut state, &counts);
    Ok((state, LoadReport::of(&fit, &counts, &contents.key, plan.table, path)))
}

/// Loads the tensors of `table` into the state. If one does not fit, the state does not change.
pub(super) fn load(state: &mut State, table: &'static [Parameter], path: &Path) -> Result<(), Error> {
    load_with(state, table, path, &LoadOptions::new()).map(drop)
}

/// Loads those tensors of `table` that fit into the state. If none fits, the state does not change.
pub(super) fn load_partial(state: &mut State, table: &'static [Parameter], path: &Path) -> Result<LoadReport, Error> {
    load_with(state, table, path, &LoadOptions::new().partial(true))
}

/// Loads the tensors of `table` into the state as the options say. If one does not fit (with `partial`: if none fits), the state
/// does not change.
pub(super) fn load_with(
    state: &mut State,
    table: &'static [Parameter],
    path: &Path,
    options: &LoadOptions,
) -> Result<LoadReport, Error> {
    let (mut file, contents) = open(path, options.chosen_key())?;
    let fit = fit(&contents, table, path, options)?;
    let counts = write(state, &mut file, &fit.pairs)?;
    Ok(LoadReport::of(&fit, &counts, &contents.key, table, path))
}

/// The tensors that are loaded: all of them or, with `partial`, those that fit.
fn fit<'t>(
    contents: &'t Contents,
    table: &'static [Parameter],
    path: &Path,
    options: &LoadOptions,
) -> Result<Fit<'t>, Error> {
    let fit = Fit::of(contents, table, options)
        .map_err(|problem| Error::Weights { path: path.to_owned(), problems: vec![problem] })?;
    let fits = if options.is_partial() {
        fit.pairs.iter().any(|pair| !pair.parameter.is_counter())
    } else {
        fit.misfits.is_empty()
    };
    if fits { Ok(fit) } else { Err(fit.refusal(path)) }
}

/// Loads these tensors into the state, and returns the counts of batches among them.
///
/// All of them are read once before the first is written. So if the disk fails or a checksum is wrong, the state does not change.
fn write(state: &mut State, file: &mut WeightFile, pairs: &[Pair<'_>]) -> Result<Counts, Error> {
    file.check(pairs.iter().map(|pair| pair.tensor))?;
    let counts = counts(file, pairs)?;
    take(state, file, pairs)?;
    set(state, &counts);
    Ok(counts)
}

/// The counts of batches in a file.
#[derive(Debug, Default)]
struct Counts {
    /// Places in the state, and counts.
    known: Vec<(usize, i64)>,
    /// The names of those that were too large for the file's type. The network keeps its own counts.
    unknown: Vec<&'static str>,
}

fn counts(file: &mut WeightFile, pairs: &[Pair<'_>]) -> Result<Counts, Error> {
    let mut counts = Counts::default();
    for Pair { parameter, tensor } in pairs {
        if let Storage::Batches { index } = parameter.storage {
            match file.count(tensor)? {
                Some(count) => counts.known.push((index, count)),
                None => counts.unknown.push(parameter.name),
            }
        }
    }
    Ok(counts)
}

fn set(state: &mut State, counts: &Counts) {
    counts.known.iter().for_each(|&(index, count)| state.set_batches(index, count));
}
