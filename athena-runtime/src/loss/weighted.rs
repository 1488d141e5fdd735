//! A loss times a weight.

use super::{Loss, Measure, Targets};
use crate::error::Error;

/// A loss times a weight. [`Loss::weighted`] makes one.
///
/// ```
/// use athena::loss::{CrossEntropy, Loss};
///
/// assert!(CrossEntropy::new().weighted(0.4).check_settings().is_ok());
/// assert!(CrossEntropy::new().weighted(-1.0).check_settings().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighted<L> {
    pub(super) loss: L,
    pub(super) weight: f64,
}

impl<L: Loss> Loss for Weighted<L> {
    fn check_settings(&self) -> Result<(), Error> {
        if !(self.weight.is_finite() && self.weight >= 0.0) {
            let (expected, found) = ("a finite weight of 0 or more".into(), self.weight.to_string());
            return Err(Error::Argument { name: "Loss::weighted", expected, found });
        }
        self.loss.check_settings()
    }

    fn check_softmax(&self, softmax: bool) -> Result<(), Error> {
        self.loss.check_softmax(softmax)
    }

    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        self.loss.check(targets, images, shape)
    }

    fn measure(&self, targets: Targets<'_>) -> Measure {
        self.loss.measure(targets)
    }

    fn loss(
        &self,
        outputs: &[f32],
        shape: [usize; 3],
        softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        let loss = self.loss.loss(outputs, shape, softmax, targets, gradients);
        gradients.iter_mut().for_each(|gradient| *gradient = (f64::from(*gradient) * self.weight) as f32);
        loss * self.weight
    }
}
