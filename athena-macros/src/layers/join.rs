//! The shape rules of sums, products and concatenations.

use crate::graph::partial::Partial;
use crate::graph::{Inferred, Problem};
use std::cmp::Reverse;
use std::collections::HashMap;

/// The shape of a sum of maps of the same shape.
pub fn add(inputs: &[Partial]) -> Inferred {
    let fits = |left: &Partial, right: &Partial| agree(left.channels, right.channels) && fits_in_space(left, right);
    let problems = misfits(inputs, |_| true, |shape| *shape, fits);
    if !problems.is_empty() {
        return (shared(inputs), problems);
    }
    (inputs.iter().copied().reduce(merge).unwrap_or(Partial::UNKNOWN), problems)
}

/// The shape of a product. All factors have the same shape, except gates: a gate has one number per channel and scales the whole channel.
pub fn multiply(inputs: &[Partial]) -> Inferred {
    let whole: Vec<Partial> = inputs.iter().copied().filter(|input| !input.is_gate()).collect();
    let fits = |left: &Partial, right: &Partial| {
        agree(left.channels, right.channels) && (left.is_gate() || fits_in_space(left, right))
    };
    let problems = misfits(inputs, |input| whole.is_empty() || !input.is_gate(), |shape| *shape, fits);
    if !problems.is_empty() {
        return (shared(if whole.is_empty() { inputs } else { &whole }), problems);
    }
    let shape = match &whole[..] {
        [] => inputs.first().copied(),
        whole => whole.iter().copied().reduce(merge),
    };
    (shape.unwrap_or(Partial::UNKNOWN), problems)
}

/// The shape of a concatenation of maps of the same height and width along channels.
pub fn concat(inputs: &[Partial]) -> Inferred {
    let problems = misfits(inputs, |_| true, |shape| Partial { channels: Some(0), ..*shape }, fits_in_space);
    let channels = inputs.iter().try_fold(0usize, |sum, input| sum.checked_add(input.channels?));
    let merged = if problems.is_empty() {
        inputs.iter().copied().reduce(merge).unwrap_or(Partial::UNKNOWN)
    } else {
        shared(inputs)
    };
    (Partial { channels, ..merged }, problems)
}

fn agree<T: PartialEq>(left: Option<T>, right: Option<T>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left == right,
        _ => true,
    }
}

fn fits_in_space(left: &Partial, right: &Partial) -> bool {
    agree(left.flat, right.flat) && agree(left.height, right.height) && agree(left.width, right.width)
}

/// The problems of operands that differ from the most frequent shape. If no shape is most frequent, the first of two operands is
/// the reference, or the smallest of several, because a map can be made smaller but not larger. `leads` says which operands may
/// be the reference, and `key` gives the part of a shape that must agree.
fn misfits(
    inputs: &[Partial],
    leads: impl Fn(&Partial) -> bool,
    key: impl Fn(&Partial) -> Partial,
    fits: impl Fn(&Partial, &Partial) -> bool,
) -> Vec<Problem> {
    let mut frequency: HashMap<Partial, usize> = HashMap::new();
    let keys: Vec<Partial> = inputs.iter().map(key).collect();
    keys.iter().filter(|key| key.known().is_some()).for_each(|key| *frequency.entry(*key).or_default() += 1);
    let frequent = |index: usize| frequency.get(&keys[index]).copied().unwrap_or(1);
    let leaders = (0..inputs.len()).filter(|&index| leads(&inputs[index]));
    let size = |index: usize| Some(keys[index].height?.saturating_mul(keys[index].width?));
    let small = |index: usize| if inputs.len() > 2 { size(index).map(Reverse) } else { None };
    let reference = leaders.rev().max_by_key(|&index| (frequent(index), small(index))).unwrap_or(0);
    (0..inputs.len())
        .filter(|&index| index != reference && !fits(&inputs[index], &inputs[reference]))
        .map(|index| Problem::Operand { index, reference })
        .collect()
}

/// The sizes that are known of at least one of two shapes.
fn merge(left: Partial, right: Partial) -> Partial {
    Partial {
        channels: left.channels.or(right.channels),
        height: left.height.or(right.height),
        width: left.width.or(right.width),
        flat: left.flat.or(right.flat),
    }
}

/// The sizes on which all agree, which no fix would change.
fn shared(inputs: &[Partial]) -> Partial {
    let same = |size: fn(&Partial) -> Option<usize>| {
        let first = inputs.first().and_then(size);
        first.filter(|_| inputs.iter().all(|input| size(input) == first))
    };
    let flat =
        inputs.first().and_then(|input| input.flat).filter(|flat| inputs.iter().all(|input| input.flat == Some(*flat)));
    Partial {
        channels: same(|shape| shape.channels),
        height: same(|shape| shape.height),
        width: same(|shape| shape.width),
        flat,
    }
}
