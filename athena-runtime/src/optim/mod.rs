//! Optimisers, gradient clipping and learning-rate schedules.
//!
//! Parameters and gradients are flat buffers of one layout, so a step is one pass over both, cut into chunks that run in
//! parallel. Every element is updated on its own, so the bits do not depend on the number of threads. The padding weights of
//! the blocked layout are zero and have zero gradients; every rule here keeps them zero.
//!
//! Formulas, defaults and the order of operations are those of `torch.optim` (PyTorch 2); scalars are computed in f64 and
//! rounded once, as PyTorch does.

mod adagrad;
mod adam;
mod argument;
mod chunks;
mod clip;
mod rmsprop;
mod schedule;
mod sgd;

pub use adagrad::Adagrad;
pub use adam::{Adam, AdamW};
pub use clip::{Clip, Clipper};
pub use rmsprop::RmsProp;
pub use schedule::{Horizon, OneCycle, Schedule, Span};
pub use sgd::Sgd;

use crate::error::Error;

/// A rule that moves parameters against their gradients.
///
/// Call [`prepare`](Optimiser::prepare) once, then [`step`](Optimiser::step) any number of times; a step allocates nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no optimiser",
    label = "does not implement `athena::optim::Optimiser`",
    note = "`athena::optim` has `Sgd`, `Adam`, `AdamW`, `RmsProp` and `Adagrad`: `.optimiser(Adam::new().learning_rate(0.001))`"
)]
pub trait Optimiser: std::fmt::Debug + Send + Sync {
    /// The base learning rate: what a [`Schedule`] starts from.
    fn base_rate(&self) -> f64;

    /// Checks the arguments and allocates the state for `len` parameters, forgetting any earlier state.
    ///
    /// # Errors
    /// An argument that is out of its range, with its name and the range.
    fn prepare(&mut self, len: usize) -> Result<(), Error>;

    /// One step with learning rate `rate`.
    ///
    /// # Errors
    /// `parameters`, `gradients` and the prepared length differ.
    fn step(&mut self, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), Error>;
}

/// The buffers of a step must be as long as the state; anything else is a mistake of the caller, told before anything moves.
fn check_lengths(optimiser: &'static str, prepared: usize, parameters: &[f32], gradients: &[f32]) -> Result<(), Error> {
    if parameters.len() == prepared && gradients.len() == prepared {
        return Ok(());
    }
    let found = format!("{} parameters and {} gradients", parameters.len(), gradients.len());
    Err(argument::error(optimiser, format!("{prepared} of each, as prepared"), found))
}
