//! Atomic steps: a step of an optimiser happens as a whole or not at all.
//!
//! A step first finds the largest parameter and the largest gradient. From these and from a bound of its state, an optimiser
//! computes bounds of its results. If the bounds do not prove that all results are finite, all results are first computed on
//! copies. So nothing has to be undone, and an ordinary step costs only one more pass over two buffers.

use super::chunks;
use crate::error::Error;
use crate::exec::{Largest, largest};

/// Rounding in f32 makes the result of a few operations larger than the exact result by less than this factor.
const ROUNDING: f64 = 1.0 + 1e-6;

/// A few more operations on magnitudes below this do not overflow.
const SAFE: f64 = f32::MAX as f64 / 4.0;

/// Number of floats of each buffer that are computed on copies at a time, on the stack.
const TRIED: usize = 256;

/// The largest magnitudes of parameters and gradients before a step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Magnitudes {
    pub parameter: f64,
    pub gradient: f64,
}

/// Upper bounds of the results of a step: of a parameter, of each value of the state, and of intermediate results.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound<const N: usize> {
    pub parameter: f64,
    pub state: [f64; N],
    /// The bound of other intermediate results; 0 if there are none.
    pub between: f64,
}

impl<const N: usize> Bound<N> {
    /// The bounds for an optimiser that has only a part of the state.
    pub fn of<const M: usize>(self, part: impl FnOnce([f64; N]) -> [f64; M]) -> Bound<M> {
        Bound { parameter: self.parameter, state: part(self.state), between: self.between }
    }

    /// The bounds of the state, rounded up; `None` if the bounds do not prove that everything is finite.
    fn proven(self) -> Option<[f64; N]> {
        let safe = |bound: f64| bound * ROUNDING < SAFE;
        let all = safe(self.parameter) && safe(self.between) && self.state.into_iter().all(safe);
        all.then(|| self.state.map(|bound| bound * ROUNDING))
    }
}

/// Buffers of one length: parameters, gradients, and the optimiser's state.
pub(super) type Buffers<'a, const N: usize> = (&'a mut [f32], &'a [f32], [&'a mut [f32]; N]);

/// The update of a chunk of these buffers. It is a trait object, so that the code that calls it is compiled once and not for each optimiser.
pub(super) type Rule<'a, const N: usize> = &'a (dyn Fn(&mut [f32], &[f32], [&mut [f32]; N]) + Sync);

/// Applies `rule` to all elements if all results are finite; otherwise changes nothing. Returns bounds of the new state.
///
/// # Errors
/// [`Error::Update`] with the first element that would not be finite.
pub(super) fn step<const N: usize>(
    optimiser: &'static str,
    (parameters, gradients, mut state): Buffers<'_, N>,
    bound: impl FnOnce(Magnitudes) -> Bound<N>,
    rule: Rule<'_, N>,
) -> Result<[f64; N], Error> {
    let magnitudes = Magnitudes { parameter: f64::from(largest(parameters)), gradient: f64::from(largest(gradients)) };
    let proven = bound(magnitudes).proven();
    if proven.is_none() {
        try_all(optimiser, parameters, gradients, &state, rule)?;
    }
    let all = ((parameters, gradients), state.each_mut().map(|state| &mut **state));
    chunks::for_each(all, &|((p, g), s)| rule(p, g, s));
    Ok(proven.unwrap_or_else(|| state.map(|state| f64::from(largest(state)))))
}

/// Computes all results on copies.
fn try_all<const N: usize>(
    optimiser: &'static str,
    parameters: &[f32],
    gradients: &[f32],
    state: &[&mut [f32]; N],
    rule: Rule<'_, N>,
) -> Result<(), Error> {
    let state = state.each_ref().map(|state| &**state);
    let results = Largest::default();
    chunks::for_each(((parameters, gradients), state), &|((p, g), s)| {
        for first in (0..p.len()).step_by(TRIED) {
            attempt(first, p, g, s, rule, &mut |result| results.see(result));
        }
    });
    if results.get().is_finite() {
        return Ok(());
    }
    // This is rare, so one thread is enough.
    let mut found: Option<(usize, f32)> = None;
    for first in (0..parameters.len()).step_by(TRIED) {
        attempt(first, parameters, gradients, state, rule, &mut |result| {
            if let Some(at) = result.iter().position(|result| !result.is_finite()) {
                found = found.filter(|(index, _)| *index <= first + at).or(Some((first + at, result[at])));
            }
        });
        if found.is_some() {
            break;
        }
    }
    let (index, value) = found.unwrap_or((0, f32::NAN));
    Err(Error::Update { optimiser, index, value, parameter: parameters[index], gradient: gradients[index] })
}

/// Computes at most [`TRIED`] results on copies, from `first` on, and passes each buffer of results to a closure.
fn attempt<const N: usize>(
    first: usize,
    parameters: &[f32],
    gradients: &[f32],
    state: [&[f32]; N],
    rule: Rule<'_, N>,
    show: &mut dyn FnMut(&[f32]),
) {
    let len = TRIED.min(parameters.len() - first);
    let copy = |from: &[f32]| {
        let mut copy = [0.0; TRIED];
        copy[..len].copy_from_slice(&from[first..][..len]);
        copy
    };
    let mut new_parameters = copy(parameters);
    let mut new_state = state.map(copy);
    rule(&mut new_parameters[..len], &gradients[first..][..len], new_state.each_mut().map(|state| &mut state[..len]));
    show(&new_parameters[..len]);
    new_state.iter().for_each(|state| show(&state[..len]));
}
