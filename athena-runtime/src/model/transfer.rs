//! Weights from one network to another.

use super::pieces::{Piece, fill};
use super::plan::Plan;
use super::state::State;
use super::weights::{LoadOptions, LoadReport, Source, hint};
use crate::error::Error;
use crate::layers::{Parameter, Storage};
use std::collections::HashMap;

/// A state for a network with `plan`, with the weights of `other`, which is the state of the network `name` with the state dict
/// `table`. The two layouts may differ, because different layers may be frozen.
pub(super) fn state_of(
    plan: &Plan,
    other: &State,
    table: &'static [Parameter],
    name: &'static str,
) -> Result<State, Error> {
    let (pairs, problems) = compare(plan.table, table);
    if !problems.is_empty() {
        return Err(refusal(plan.table, table, name, pairs.len(), problems));
    }
    let mut state = State::zeroed(plan)?;
    take(&mut state, other, &pairs);
    Ok(state)
}

/// Copies to `state` the tensors that fit by name and shape. If none fits, `state` does not change.
pub(super) fn partly(
    plan: &Plan,
    state: &mut State,
    other: &State,
    table: &'static [Parameter],
    name: &'static str,
) -> Result<LoadReport, Error> {
    let (pairs, problems) = compare(plan.table, table);
    if pairs.iter().all(|(parameter, _)| parameter.is_counter()) {
        return Err(refusal(plan.table, table, name, pairs.len(), problems));
    }
    take(state, other, &pairs);
    let loaded = pairs.iter().map(|(parameter, _)| parameter.name).collect();
    Ok(LoadReport::new(Source::Network(name), loaded, plan.table, problems))
}

/// A parameter of this network and that of the other network.
type Pair = (&'static Parameter, &'static Parameter);

/// The pairs that fit, and one line for each tensor that only one of the two has or that has another shape.
fn compare(own: &'static [Parameter], table: &'static [Parameter]) -> (Vec<Pair>, Vec<String>) {
    let others: HashMap<&str, &'static Parameter> = table.iter().map(|parameter| (parameter.name, parameter)).collect();
    let known: HashMap<&str, &Parameter> = own.iter().map(|parameter| (parameter.name, parameter)).collect();
    let (mut pairs, mut problems) = (Vec::new(), Vec::new());
    for parameter in own {
        let Parameter { name, shape, .. } = parameter;
        match others.get(name) {
            None => problems.push(format!("missing: `{name}` {shape:?}")),
            Some(other) if other.shape != *shape => {
                problems.push(format!("misshapen: `{name}` is {:?} there and {shape:?} here", other.shape));
            }
            Some(&other) => pairs.push((parameter, other)),
        }
    }
    let surplus = table.iter().filter(|parameter| !known.contains_key(parameter.name));
    problems.extend(surplus.map(|Parameter { name, shape, .. }| format!("surplus: `{name}` {shape:?}")));
    (pairs, problems)
}

fn take(state: &mut State, other: &State, pairs: &[Pair]) {
    let mut pieces = Vec::new();
    for &(parameter, from) in pairs {
        if let (Storage::Batches { index }, Storage::Batches { index: from }) = (parameter.storage, from.storage) {
            state.set_batches(index, other.batches(from));
        }
        // Tensors of the same shape are cut into the same pieces.
        pieces.extend(Piece::all_of(parameter).zip(Piece::all_of(from)));
    }
    fill(state.floats(), pieces, &|_, from, numbers| from.read(other.parameters(), other.running(), numbers));
}

/// The error that lists all problems, or the one line that explains them.
fn refusal(
    own: &'static [Parameter],
    table: &'static [Parameter],
    name: &'static str,
    found: usize,
    problems: Vec<String>,
) -> Error {
    let names = |table: &'static [Parameter]| table.iter().map(|parameter| parameter.name);
    let hint = hint(names(table), names(own), &LoadOptions::new(), found);
    let problems = hint.map_or(problems, |hint| vec![format!("{hint}, after the other network was saved to one")]);
    Error::OtherWeights { name, problems }
}
