//! Whether a layer's backward pass is the derivative of its forward pass.

use super::{ParametricLayer, Tensor, Tensors};
use crate::ops::Init;
use std::fmt;

/// A gradient that is not the derivative of the layer's output: what [`check_gradients`] found.
///
/// ```
/// use athena::layer::{Layer, check_gradients};
///
/// /// Twice x, with the gradient of x.
/// struct Wrong;
///
/// impl<const C: usize, const H: usize, const W: usize> Layer<C, H, W> for Wrong {
///     const OUTPUT: [usize; 3] = [C, H, W];
///
///     fn forward(&self, x: &[f32], y: &mut [f32]) {
///         y.iter_mut().zip(x).for_each(|(y, x)| *y = 2.0 * x);
///     }
///
///     fn backward(&self, _: &[f32], dy: &[f32], dx: &mut [f32]) {
///         dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += dy);
///     }
/// }
///
/// let error = check_gradients::<1, 2, 2>(&Wrong, 1).unwrap_err();
/// assert_eq!((error.of.as_str(), error.index), ("input", 0));
/// assert!((error.expected / error.found - 2.0).abs() < 1e-2);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GradientError {
    /// `input`, or the name of a parameter.
    pub of: String,
    /// Which of its numbers.
    pub index: usize,
    /// What `backward` says.
    pub found: f32,
    /// What the difference of two outputs says.
    pub expected: f32,
}

impl fmt::Display for GradientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { of, index, found, expected } = self;
        write!(
            f,
            "the gradient of {of}[{index}] is {found} in `backward`, but {expected} by central differences of `forward`"
        )
    }
}

impl std::error::Error for GradientError {}

/// Compares the gradients of a layer's input and parameters with central differences, at random values that follow from `seed`.
///
/// The layer's output is weighted by random numbers `dy` and summed; each number of the input and of every parameter is then moved up and
/// down by a small step `h`, and half the difference of the two sums over `h` has to be what `backward` returns. Parameters are drawn between
/// -1 and 1, not as they start, so that zeros hide nothing. At most 200 numbers of each are moved. `backward` is called with what other
/// layers may have left in `dx` and in the gradients, so one that overwrites instead of adding is found, too.
///
/// A gradient may differ by 1 % of the largest of its kind. A layer that is not smooth (a maximum) may be off where two values are within the
/// step of each other: try another seed.
///
/// ```
/// use athena::layer::{Layer, check_gradients};
///
/// /// x squared.
/// struct Square;
///
/// impl<const C: usize, const H: usize, const W: usize> Layer<C, H, W> for Square {
///     const OUTPUT: [usize; 3] = [C, H, W];
///
///     fn forward(&self, x: &[f32], y: &mut [f32]) {
///         y.iter_mut().zip(x).for_each(|(y, x)| *y = x * x);
///     }
///
///     fn backward(&self, x: &[f32], dy: &[f32], dx: &mut [f32]) {
///         for ((x, dy), dx) in x.iter().zip(dy).zip(dx) {
///             *dx += 2.0 * x * dy;
///         }
///     }
/// }
///
/// fn main() -> Result<(), athena::layer::GradientError> {
///     check_gradients::<3, 4, 5>(&Square, 1)
/// }
/// ```
///
/// # Errors
/// The first gradient that differs.
///
/// # Panics
/// The layer's own methods panic.
#[doc(alias("gradcheck", "finite differences", "torch.autograd.gradcheck"))]
pub fn check_gradients<const C: usize, const H: usize, const W: usize>(
    layer: &impl ParametricLayer<C, H, W>,
    seed: u64,
) -> Result<(), GradientError> {
    Check::new(layer, seed).run()
}

/// Numbers of one tensor that are moved at most.
const MOST_MOVED: usize = 200;
/// How far a number is moved. The truncation error is of the order of its square, the rounding of a sum of f32 over it of 1e-7 / STEP.
const STEP: f32 = 1e-2;
/// What a gradient may be off, of the largest of its kind.
const TOLERANCE: f32 = 1e-2;

/// A layer and the values at which it is looked at.
struct Check<'l, L, const C: usize, const H: usize, const W: usize> {
    layer: &'l L,
    x: Vec<f32>,
    parameters: Vec<Vec<f32>>,
    buffers: Vec<Vec<f32>>,
    dy: Vec<f32>,
    draws: Draws,
}

impl<'l, L: ParametricLayer<C, H, W>, const C: usize, const H: usize, const W: usize> Check<'l, L, C, H, W> {
    fn new(layer: &'l L, seed: u64) -> Self {
        let mut draws = Draws(seed);
        let x = draws.vector(C * H * W);
        let dy = draws.vector(L::OUTPUT.iter().product());
        let parameters = L::PARAMETERS.iter().map(|tensor| draws.vector(tensor.len())).collect();
        let buffers = L::BUFFERS.iter().map(|tensor| draws.start(tensor)).collect();
        Self { layer, x, parameters, buffers, dy, draws }
    }

    fn run(mut self) -> Result<(), GradientError> {
        // What lies there before has to be added to.
        let before: Vec<Vec<f32>> = std::iter::once(self.x.len())
            .chain(self.parameters.iter().map(Vec::len))
            .map(|len| self.draws.vector(len))
            .collect();
        let mut found = before.clone();
        let (dx, gradients) = found.split_first_mut().expect("the input's is the first");
        let mut gradients: Vec<&mut [f32]> = gradients.iter_mut().map(Vec::as_mut_slice).collect();
        let (parameters, buffers) = (slices(&self.parameters), slices(&self.buffers));
        let tensors = Tensors { parameters: &parameters, buffers: &buffers };
        self.layer.backward(tensors, &self.x, &self.dy, dx, &mut gradients);
        for (which, (found, before)) in found.iter().zip(&before).enumerate() {
            let found: Vec<f32> = found.iter().zip(before).map(|(found, before)| found - before).collect();
            self.compare(which, &found)?;
        }
        Ok(())
    }

    /// Tensor 0 is the input, the others are the parameters.
    fn compare(&mut self, which: usize, found: &[f32]) -> Result<(), GradientError> {
        let moved: Vec<usize> = (0..found.len()).step_by(found.len().div_ceil(MOST_MOVED).max(1)).collect();
        let expected: Vec<f32> = moved.iter().map(|&index| self.difference(which, index)).collect();
        let largest = expected.iter().chain(found).fold(1e-3f32, |largest, value| largest.max(value.abs()));
        for (&index, &expected) in moved.iter().zip(&expected) {
            // A gradient that is no number is no closer than any.
            let is_close = (found[index] - expected).abs() <= TOLERANCE * largest;
            if !is_close {
                let of = which.checked_sub(1).map_or("input", |parameter| L::PARAMETERS[parameter].name).to_owned();
                return Err(GradientError { of, index, found: found[index], expected });
            }
        }
        Ok(())
    }

    /// Half the difference of the weighted sums of the output, over the step.
    fn difference(&mut self, which: usize, index: usize) -> f32 {
        let mut sum = |by: f32| {
            let tensor = which.checked_sub(1).map_or(&mut self.x, |parameter| &mut self.parameters[parameter]);
            let kept = tensor[index];
            tensor[index] = kept + by;
            let sum = self.weighted_sum();
            let tensor = which.checked_sub(1).map_or(&mut self.x, |parameter| &mut self.parameters[parameter]);
            tensor[index] = kept;
            sum
        };
        ((sum(STEP) - sum(-STEP)) / (2.0 * f64::from(STEP))) as f32
    }

    fn weighted_sum(&self) -> f64 {
        let (parameters, buffers) = (slices(&self.parameters), slices(&self.buffers));
        let mut y = vec![0.0; self.dy.len()];
        self.layer.forward(Tensors { parameters: &parameters, buffers: &buffers }, &self.x, &mut y);
        y.iter().zip(&self.dy).map(|(y, dy)| f64::from(*y) * f64::from(*dy)).sum()
    }
}

fn slices(tensors: &[Vec<f32>]) -> Vec<&[f32]> {
    tensors.iter().map(Vec::as_slice).collect()
}

/// Numbers between -1 and 1 by SplitMix64 (Steele et al. 2014).
struct Draws(u64);

impl Draws {
    fn vector(&mut self, len: usize) -> Vec<f32> {
        (0..len).map(|_| self.number()).collect()
    }

    /// A buffer as it starts; one that is drawn is drawn here.
    fn start(&mut self, tensor: &Tensor) -> Vec<f32> {
        match tensor.init {
            Init::Zeros => vec![0.0; tensor.len()],
            Init::Ones => vec![1.0; tensor.len()],
            Init::Constant(number) => vec![number; tensor.len()],
            Init::HeNormal
            | Init::HeUniform
            | Init::XavierNormal
            | Init::XavierUniform
            | Init::LecunUniform
            | Init::Dirac => self.vector(tensor.len()),
        }
    }

    fn number(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let bits = (z ^ (z >> 31)) >> 40;
        bits as f32 / 8_388_608.0 - 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// y = w * x * table, and a backward pass that is wrong in a way of the test's choice.
    struct Scaled {
        fault: &'static str,
    }

    impl<const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for Scaled {
        const OUTPUT: [usize; 3] = [C, H, W];
        const PARAMETERS: &'static [Tensor] = &[Tensor::new("weight", &[C], Init::Ones)];
        const BUFFERS: &'static [Tensor] = &[Tensor::new("table", &[C], Init::HeNormal)];

        fn forward(&self, tensors: Tensors<'_>, x: &[f32], y: &mut [f32]) {
            for (i, (x, y)) in x.iter().zip(y).enumerate() {
                *y = x * tensors.parameters[0][i / (H * W)] * tensors.buffers[0][i / (H * W)];
            }
        }

        fn backward(&self, tensors: Tensors<'_>, x: &[f32], dy: &[f32], dx: &mut [f32], gradients: &mut [&mut [f32]]) {
            for (i, (x, dy)) in x.iter().zip(dy).enumerate() {
                let (w, table) = (tensors.parameters[0][i / (H * W)], tensors.buffers[0][i / (H * W)]);
                match self.fault {
                    "overwrites" => dx[i] = w * table * dy,
                    "sign" => dx[i] -= w * table * dy,
                    _ => dx[i] += w * table * dy,
                }
                gradients[0][i / (H * W)] += if self.fault == "parameter" { x * dy } else { x * dy * table };
            }
        }
    }

    #[test]
    fn wrong_gradients_are_found_and_right_ones_pass() {
        assert_eq!(check_gradients::<3, 2, 4>(&Scaled { fault: "" }, 1), Ok(()));
        for (fault, of) in [("overwrites", "input"), ("sign", "input"), ("parameter", "weight")] {
            let found = check_gradients::<3, 2, 4>(&Scaled { fault }, 1).expect_err(fault);
            assert_eq!(found.of, of, "{fault}: {found}");
        }
    }
}
