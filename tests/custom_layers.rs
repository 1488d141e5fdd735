//! Layers of the user's own compute the same as built-in layers with the same formula, forward and backward, anywhere in a network.
#![allow(missing_docs)]

mod common;

use athena::layer::{Layer, Pointwise};
use athena::loss::{CrossEntropy, Targets};
use athena::{Model, TrainingWorkspace};
use common::generate::images;

/// `max(x, 0)`, for comparison with `relu`.
pub struct Rectify;

impl Pointwise for Rectify {
    #[inline]
    fn forward(&self, x: f32) -> f32 {
        x.max(0.0)
    }

    #[inline]
    fn derivative(&self, x: f32) -> f32 {
        f32::from(x > 0.0)
    }
}

pub mod own {
    use super::{Layer, Pointwise};

    /// 1 / (x + shift)^2: neither the function nor its derivative is finite everywhere, nor 0 at 0.
    pub struct Pole(pub f32);

    impl Pointwise for Pole {
        fn forward(&self, x: f32) -> f32 {
            (x + self.0).powi(-2)
        }

        fn derivative(&self, x: f32) -> f32 {
            -2.0 * (x + self.0).powi(-3)
        }
    }

    /// Any function and its derivative.
    pub struct Map<F: Fn(f32) -> f32, D: Fn(f32) -> f32>(pub F, pub D);

    impl<F: Fn(f32) -> f32 + Sync, D: Fn(f32) -> f32 + Sync> Pointwise for Map<F, D> {
        fn forward(&self, x: f32) -> f32 {
            self.0(x)
        }

        fn derivative(&self, x: f32) -> f32 {
            self.1(x)
        }
    }

    /// The mean of the channel, as `global_avg_pool -> flatten` makes it.
    pub struct Mean;

    impl<const C: usize, const H: usize, const W: usize> Layer<C, H, W> for Mean {
        const OUTPUT: [usize; 3] = [C, 1, 1];

        fn forward(&self, x: &[f32], y: &mut [f32]) {
            let channels = x.chunks_exact(H * W).zip(y);
            channels.for_each(|(x, y)| *y = x.iter().sum::<f32>() / (H * W) as f32);
        }

        fn backward(&self, _: &[f32], dy: &[f32], dx: &mut [f32]) {
            for (dx, dy) in dx.chunks_exact_mut(H * W).zip(dy) {
                dx.iter_mut().for_each(|dx| *dx += dy / (H * W) as f32);
            }
        }
    }

    /// Each value times the next one (the last times the first), so that gradients depend on the input.
    pub struct Ring;

    impl<const C: usize, const H: usize, const W: usize> Layer<C, H, W> for Ring {
        const OUTPUT: [usize; 3] = [C, H, W];

        fn forward(&self, x: &[f32], y: &mut [f32]) {
            (0..x.len()).for_each(|i| y[i] = x[i] * x[(i + 1) % x.len()]);
        }

        fn backward(&self, x: &[f32], dy: &[f32], dx: &mut [f32]) {
            for i in 0..x.len() {
                let next = (i + 1) % x.len();
                dx[i] += dy[i] * x[next];
                dx[next] += dy[i] * x[i];
            }
        }
    }
}

athena::resnet! {
    struct Own(3x9x7) -> 5 {
        input
            -> conv(20, 3x3) -> batch_norm -> crate::Rectify -> own::Map(|x| x.max(0.0), |_| 1.0)
            -> conv(20, 3x3) -> batch_norm -> label: self::Rectify -> + label
            -> own::Mean as 20 -> linear(5)
    }

    struct Builtin(3x9x7) -> 5 {
        input
            -> conv(20, 3x3) -> batch_norm -> relu
            -> conv(20, 3x3) -> batch_norm -> label: relu -> + label
            -> global_avg_pool -> flatten -> linear(5)
    }

    struct Anywhere(3x6x5) -> 4 {
        let stem = input -> own::Ring as 3x6x5 -> conv(9, 3x3) -> block(9x6x5);
        let squared = stem -> crate::own::Pole(40.0);
        stem + squared -> conv(18, 3x3, stride = 2) -> tanh -> 2 * own::Ring as 18x3x3
            -> flatten -> linear(10) -> head: own::Pole(60.0) -> own::Ring as 10 -> + head -> linear(4)
    }

    block block(shape) {
        input -> [own::Ring as shape, batch_norm, own::Pole(30.0)] -> + input
    }
}

const BATCH: usize = 5;

/// A parameter's name, and its gradient.
type Gradient = (&'static str, Vec<f32>);

/// Loss, outputs and gradients of one batch.
fn step<M: Model>(model: &mut M) -> (f64, Vec<f32>, Vec<Gradient>) {
    let numbers = BATCH * M::INPUT.iter().product::<usize>();
    let labels: Vec<u32> = (0..BATCH as u32).map(|image| image % M::CLASSES as u32).collect();
    let mut workspace = TrainingWorkspace::<M>::new(BATCH).expect("memory");
    let images = images("custom", numbers);
    let loss = workspace.forward_backward(model, &images, Targets::Classes(&labels), &CrossEntropy::new());
    let names = M::parameter_names().iter().map(|(name, _)| *name);
    let gradients = names.filter_map(|name| Some((name, workspace.gradient(name)?))).collect();
    (loss.expect("a batch"), workspace.outputs().to_vec(), gradients)
}

fn assert_close(found: &[f32], expected: &[f32], what: &str) {
    let largest = expected.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    let error = found.iter().zip(expected).fold(0.0f32, |error, (a, b)| error.max((a - b).abs()));
    assert!(error <= 1e-5 * largest, "{what}: {error} of {largest}");
}

#[test]
fn they_compute_what_built_in_ones_do() {
    let mut own = Own::new(3);
    let mut builtin = Builtin::with_weights_of(&own).expect("the same parameters");
    let images = images("custom", BATCH * 3 * 9 * 7);
    assert_close(&own.predict(&images).unwrap(), &builtin.predict(&images).unwrap(), "inference");
    let (found, expected) = (step(&mut own), step(&mut builtin));
    assert!((found.0 - expected.0).abs() < 1e-6);
    assert_close(&found.1, &expected.1, "outputs");
    for ((name, found), (_, expected)) in found.2.iter().zip(&expected.2) {
        assert_close(found, expected, name);
    }
}

/// In the direction of each tensor's gradient, the loss changes at a rate that is the norm of the gradient.
#[test]
fn gradients_are_the_slopes_of_the_loss() {
    let mut model = Anywhere::new(7);
    let (loss, _, gradients) = step(&mut model);
    assert!(loss.is_finite());
    for (name, gradient) in gradients {
        let start = model.parameter(name).expect("its own name");
        let square = |numbers: &[f32]| numbers.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>();
        let length = square(&gradient).sqrt();
        let by = 1e-2 * square(&start).sqrt().max(0.1) / length;
        let mut loss_at = |by: f64| {
            let moved: Vec<f32> =
                start.iter().zip(&gradient).map(|(x, g)| (f64::from(*x) + by * f64::from(*g)) as f32).collect();
            model.set_parameter(name, &moved).expect("its own name");
            step(&mut model).0
        };
        let slope = (loss_at(by) - loss_at(-by)) / (2.0 * by * length);
        model.set_parameter(name, &start).expect("its own name");
        assert!((slope - length).abs() < 0.02 * length + 1e-4, "{name}: {slope}, the gradient says {length}");
    }
}

#[test]
fn bits_do_not_depend_on_the_threads() {
    let bits = |threads| athena::threads::with_threads(threads, || step(&mut Anywhere::new(7))).expect("threads");
    assert_eq!(bits(1), bits(3));
}

#[test]
fn they_are_in_the_summary_by_their_paths() {
    let summary = Own::summary().to_string();
    for row in [["rectify1", "crate::Rectify"], ["label", "self::Rectify"], ["mean1", "own::Mean"]] {
        assert!(summary.lines().any(|line| line.split_whitespace().take(2).eq(row)), "{row:?} in\n{summary}");
    }
}

/// An ONNX file cannot contain Rust code.
#[cfg(feature = "onnx")]
#[test]
fn no_onnx_file_holds_them() {
    let refused = athena::onnx::to_bytes(&Own::new(1), &athena::onnx::Options::new()).expect_err("Rust code");
    let reason = "`Own` cannot be exported to ONNX: `rectify1` is `crate::Rectify`, a layer of your own, which ONNX does not have";
    assert_eq!(refused.to_string(), reason);
}
