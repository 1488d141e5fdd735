//! Binary cross-entropy: each output answers a question of yes or no by itself.

use super::outputs::{Part, each_image, plain};
use super::targets::{check_numbers, output_at, pixels};
use super::{Loss, Measure, Targets};
use crate::error::Error;

/// Mean over all outputs of all images of the cross-entropy between a target and the sigmoid of an output, as
/// `torch.nn.BCEWithLogitsLoss`. It is for outputs of which any number may be yes, such as the things in a picture.
///
/// For an output `z`, a target `t` and the weight `w` of a yes, the loss is `-(w t ln s(z) + (1 - t) ln(1 - s(z)))`, where `s` is the sigmoid. It is
/// computed from `z` itself, so that it is finite for outputs of any size. `Model::predict` gives the outputs before the sigmoid: above 0 is a yes.
/// A network that ends with `softmax` is refused.
///
/// Targets are values from 0 (no) to 1 (yes), N x outputs, or class indices that stand for one-hot vectors.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     /// Says whether a picture shows a cat, and whether it shows a dog.
///     struct Pets(1x4x4) -> 2 { input -> conv(8, 3x3) -> relu -> flatten -> linear(2) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let data = Dataset::from_floats(vec![0.5; 3 * 16], [[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])?;
///     // Say that four times as many pictures show no dog as show one.
///     let loss = BinaryCrossEntropy::new().pos_weights([1.0, 4.0]);
///     let mut trainer = Trainer::builder(Pets::new(1)).loss(loss).build()?;
///     trainer.fit(&mut Loader::new(&data, 3)?, 2)?;
///     println!("{}", trainer.evaluate(&data)?); // the accuracy counts answers: two for each picture
///     Ok(())
/// }
/// ```
#[doc(alias("BCEWithLogitsLoss", "BCE", "BCELoss", "binary_cross_entropy_with_logits", "multi-label", "sigmoid"))]
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BinaryCrossEntropy {
    weights: Weights,
}

/// How much a yes counts for; a no counts for 1.
#[derive(Clone, Debug, PartialEq)]
enum Weights {
    /// The same for every output.
    All(f64),
    /// One for each output of a vector, or for each channel of a map.
    Each(Vec<f64>),
}

impl Default for Weights {
    fn default() -> Self {
        Weights::All(1.0)
    }
}

impl Weights {
    fn of(&self, channel: usize) -> f64 {
        match self {
            Weights::All(weight) => *weight,
            Weights::Each(weights) => weights[channel],
        }
    }
}

impl BinaryCrossEntropy {
    /// The loss in which a yes counts for as much as a no.
    #[must_use]
    pub const fn new() -> Self {
        Self { weights: Weights::All(1.0) }
    }

    /// Sets how much a yes counts for, in every output: PyTorch's `pos_weight`, above 0. For an answer that is rarely yes, it is usually the number of
    /// noes for each yes.
    ///
    /// ```
    /// use athena::loss::{BinaryCrossEntropy, Loss, Targets};
    ///
    /// let loss = |loss: BinaryCrossEntropy| loss.loss(&[0.0], [1, 1, 1], false, Targets::Values(&[1.0]), &mut [0.0]);
    /// assert_eq!(loss(BinaryCrossEntropy::new().pos_weight(3.0)), 3.0 * loss(BinaryCrossEntropy::new()));
    /// ```
    #[must_use]
    pub fn pos_weight(self, weight: f64) -> Self {
        Self { weights: Weights::All(weight) }
    }

    /// The same with a weight for each output of a vector, or for each channel of a map.
    #[must_use]
    pub fn pos_weights(self, weights: impl Into<Vec<f64>>) -> Self {
        Self { weights: Weights::Each(weights.into()) }
    }
}

impl Loss for BinaryCrossEntropy {
    fn check_settings(&self) -> Result<(), Error> {
        let (name, weights) = match &self.weights {
            Weights::All(weight) => ("BinaryCrossEntropy::pos_weight", std::slice::from_ref(weight)),
            Weights::Each(weights) => ("BinaryCrossEntropy::pos_weights", &weights[..]),
        };
        match weights.iter().find(|weight| !(weight.is_finite() && **weight > 0.0)) {
            Some(weight) => {
                let (expected, found) = ("finite weights above 0".into(), weight.to_string());
                Err(Error::Argument { name, expected, found })
            }
            None => Ok(()),
        }
    }

    fn check_softmax(&self, softmax: bool) -> Result<(), Error> {
        if !softmax {
            return Ok(());
        }
        let expected = "networks without `softmax` at the end, since it takes the sigmoid of each output".into();
        Err(Error::Argument { name: "BinaryCrossEntropy", expected, found: "one that ends with it".into() })
    }

    fn check(&self, targets: Targets<'_>, images: usize, shape: [usize; 3]) -> Result<(), Error> {
        self.check_settings()?;
        match &self.weights {
            Weights::Each(weights) if weights.len() != shape[0] => {
                let each = if pixels(shape) == 1 { "output" } else { "channel" };
                let (expected, found) =
                    (format!("{} weights, one for each {each}", shape[0]), weights.len().to_string());
                return Err(Error::Argument { name: "BinaryCrossEntropy::pos_weights", expected, found });
            }
            Weights::Each(_) | Weights::All(_) => {}
        }
        check_numbers(targets, images, shape)?;
        let Targets::Values(values) = targets else { return Ok(()) };
        match values.iter().position(|value| !(0.0..=1.0).contains(value)) {
            Some(at) => Err(Error::Targets(format!(
                "the target of {} is {}, but binary cross-entropy takes 0 (no) to 1 (yes)",
                output_at(at, shape),
                values[at]
            ))),
            None => Ok(()),
        }
    }

    fn measure(&self, targets: Targets<'_>) -> Measure {
        match targets {
            Targets::Classes(_) => Measure::Accuracy { ignored: None },
            Targets::Values(_) => Measure::Answers,
        }
    }

    fn loss(
        &self,
        logits: &[f32],
        shape: [usize; 3],
        _softmax: bool,
        targets: Targets<'_>,
        gradients: &mut [f32],
    ) -> f64 {
        let scale = 1.0 / logits.len() as f64;
        let image =
            |part: Part<'_>| plain(part, scale, |channel, z, wanted| answer(z, wanted, self.weights.of(channel)));
        scale * each_image(logits, shape, targets, gradients, image)
    }
}

/// The loss of one output and its slope.
fn answer(z: f64, wanted: f64, weight: f64) -> (f64, f64) {
    // -ln s(z) = ln(1 + exp(-z)), and -ln(1 - s(z)) = z - ln s(z).
    let (no, both) = (1.0 - wanted, 1.0 + (weight - 1.0) * wanted);
    let softplus = (-z.abs()).exp().ln_1p() + (-z).max(0.0);
    (no * z + both * softplus, no - both / (1.0 + z.exp()))
}
