//! Optimisers, gradient clipping and learning-rate schedules.
//!
//! Parameters and gradients are flat buffers of the same layout, so a step is one pass over both, in parallel chunks. Every
//! element is updated independently, so the bits do not depend on the number of threads. The padding weights of the blocked
//! layout are zero and have zero gradients; all optimisers keep them zero.
//!
//! Formulas, defaults and the order of operations are those of `torch.optim` (PyTorch 2). Scalars are computed in f64 and rounded once, as in
//! PyTorch.
//!
//! If a result of a step is not finite, the whole step is refused, and parameters and state do not change.
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x8x8) -> 2 {
//!         input -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> linear(2)
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let data = Dataset::from_bytes([[0; 64], [255; 64]].concat(), [0, 1])?;
//!     let mut loader = Loader::new(&data, 2)?;
//!     let mut trainer = Trainer::builder(Net::new(1))
//!         .optimiser(AdamW::new().learning_rate(0.01))
//!         .schedule(Schedule::cosine().warm_up(Span::Steps(5)))
//!         .clip(Clip::Norm(1.0))
//!         .build()?;
//!     let reports = trainer.fit(&mut loader, 20)?;
//!     assert!(reports[19].training.loss < reports[0].training.loss);
//!     Ok(())
//! }
//! ```

mod adagrad;
mod adam;
mod argument;
mod chunks;
mod clip;
mod rmsprop;
mod schedule;
mod sgd;
mod whole;

pub use adagrad::Adagrad;
pub use adam::{Adam, AdamW};
pub use clip::{Clip, Clipper};
pub use rmsprop::RmsProp;
pub use schedule::{Horizon, OneCycle, Schedule, Span};
pub use sgd::Sgd;

use crate::error::Error;

/// An optimiser: updates parameters from their gradients.
///
/// Call [`prepare`](Optimiser::prepare) once, and then [`step`](Optimiser::step) any number of times. A step allocates nothing. A
/// [`Trainer`](../train/struct.Trainer.html) does both.
///
/// ```
/// use athena::Error;
/// use athena::optim::Optimiser;
///
/// /// Moves each parameter by the rate, against the sign of its gradient (Bernstein et al. 2018).
/// #[derive(Debug)]
/// struct SignSgd {
///     rate: f64,
/// }
///
/// impl Optimiser for SignSgd {
///     fn base_rate(&self) -> f64 {
///         self.rate
///     }
///
///     fn prepare(&mut self, _: usize) -> Result<(), Error> {
///         Ok(()) // no state
///     }
///
///     fn step(&mut self, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), Error> {
///         for (parameter, gradient) in parameters.iter_mut().zip(gradients) {
///             if *gradient != 0.0 {
///                 *parameter -= rate as f32 * gradient.signum();
///             }
///         }
///         Ok(())
///     }
/// }
///
/// fn main() -> Result<(), Error> {
///     let mut optimiser = SignSgd { rate: 0.5 };
///     let mut parameters = [1.0, 1.0, 1.0];
///     optimiser.prepare(3)?;
///     optimiser.step(optimiser.base_rate(), &mut parameters, &[4.0, -0.1, 0.0])?;
///     assert_eq!(parameters, [0.5, 1.5, 1.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("Optimizer", "optimizer", "torch.optim"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimiser",
    label = "does not implement `athena::optim::Optimiser`",
    note = "`athena::optim` has `Sgd`, `Adam`, `AdamW`, `RmsProp` and `Adagrad`: `.optimiser(Adam::new().learning_rate(0.001))`"
)]
pub trait Optimiser: std::fmt::Debug + Send + Sync {
    /// The base learning rate, which a [`Schedule`] changes.
    fn base_rate(&self) -> f64;

    /// Checks the settings and allocates the state for `len` parameters. Any earlier state is lost.
    ///
    /// # Errors
    /// A setting is out of its range; the error has its name and the range. Steps compute in f32, so a setting that is finite
    /// only in f64 is refused.
    fn prepare(&mut self, len: usize) -> Result<(), Error>;

    /// Takes one step with learning rate `rate`. After an error, parameters and state must be unchanged, so that the step can be repeated with
    /// other gradients or another rate. This also holds for optimisers of your own.
    ///
    /// ```
    /// use athena::optim::{Optimiser, Sgd};
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let mut sgd = Sgd::new().momentum(0.9);
    ///     sgd.prepare(2)?;
    ///     let mut parameters = [1.0, 2.0];
    ///     assert!(sgd.step(0.1, &mut parameters, &[0.5, f32::NAN]).is_err());
    ///     assert_eq!(parameters, [1.0, 2.0]);
    ///     sgd.step(0.5, &mut parameters, &[0.5, 0.0])?;
    ///     assert_eq!(parameters, [0.75, 2.0]);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// The lengths of `parameters` and `gradients` and the prepared length differ. The rate is negative or not finite in f32. A
    /// parameter or a value of the state would not be finite ([`Error::Update`]).
    fn step(&mut self, rate: f64, parameters: &mut [f32], gradients: &[f32]) -> Result<(), Error>;
}

/// Checks, before anything changes, that the buffers of a step have the prepared length.
fn check_lengths(optimiser: &'static str, prepared: usize, parameters: &[f32], gradients: &[f32]) -> Result<(), Error> {
    if parameters.len() == prepared && gradients.len() == prepared {
        return Ok(());
    }
    let found = format!("{} parameters and {} gradients", parameters.len(), gradients.len());
    Err(argument::error(optimiser, format!("{prepared} of each, as prepared"), found))
}
