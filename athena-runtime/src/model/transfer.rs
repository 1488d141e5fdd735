//! Weights from one network to another of the same state dict.

use super::pieces::{Piece, fill};
use super::{Plan, State};
use crate::error::Error;
use crate::layers::{Parameter, Storage};
use std::collections::HashMap;

/// The state of a network with `plan` that has learnt what `other`, the state of the network `name` with the state dict
/// `table`, has. The two may lay it out differently: what is frozen in one may learn in the other.
pub(super) fn state_of(
    plan: &Plan,
    other: &State,
    table: &'static [Parameter],
    name: &'static str,
) -> Result<State, Error> {
    let others: HashMap<&str, &'static Parameter> = table.iter().map(|parameter| (parameter.name, parameter)).collect();
    let problems = problems(plan.table, &others, table);
    if !problems.is_empty() {
        return Err(Error::OtherWeights { name, problems });
    }
    let mut state = State::zeroed(plan)?;
    let mut pieces = Vec::new();
    for parameter in plan.table {
        let from = others[parameter.name];
        if let (Storage::Batches { index }, Storage::Batches { index: from }) = (parameter.storage, from.storage) {
            state.set_batches(index, other.batches(from));
        }
        // Tensors of one shape are cut into the same pieces.
        pieces.extend(Piece::all_of(parameter).zip(Piece::all_of(from)));
    }
    fill(state.floats(), pieces, &|_, from, numbers| from.read(other.parameters(), other.running(), numbers));
    Ok(state)
}

/// One line for each tensor that only one of the two has, or that has another shape.
fn problems(own: &[Parameter], others: &HashMap<&str, &'static Parameter>, table: &[Parameter]) -> Vec<String> {
    let known: HashMap<&str, &Parameter> = own.iter().map(|parameter| (parameter.name, parameter)).collect();
    let lacking = own.iter().filter_map(|Parameter { name, shape, .. }| match others.get(name) {
        None => Some(format!("missing: `{name}` {shape:?}")),
        Some(other) if other.shape != *shape => {
            Some(format!("misshapen: `{name}` is {:?} there and {shape:?} here", other.shape))
        }
        Some(_) => None,
    });
    let surplus = table.iter().filter(|parameter| !known.contains_key(parameter.name));
    lacking.chain(surplus.map(|Parameter { name, shape, .. }| format!("surplus: `{name}` {shape:?}"))).collect()
}
