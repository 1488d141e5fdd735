//! Whole networks: compares the gradient of the loss with central differences of the loss, and inference with training.
//!
//! Along a direction `d` through all parameters at once, `(L(w + h d) - L(w - h d)) / 2h` is `<gradient, d>`. One direction is the gradient
//! itself, so that a missing part shows in its norm.
#![allow(missing_docs)]

use athena::loss::{CrossEntropy, Targets};
use athena::{InferenceWorkspace, Model, TrainingWorkspace};

/// Numbers in [-1, 1] that look random.
struct Dice(u64);

impl Dice {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.next()).collect()
    }
}

const BATCH: usize = 5;

/// The norm of the change of the parameters.
const STEP: f64 = 1e-3;

/// A network in the middle of its training, with a batch for it.
struct Case<M> {
    model: M,
    workspace: TrainingWorkspace<M>,
    images: Vec<f32>,
    labels: Vec<u32>,
    /// The names of the trainable parameters.
    names: Vec<&'static str>,
}

impl<M: Model> Case<M> {
    fn new() -> Self {
        let mut dice = Dice::new(7);
        let mut model = M::new(3);
        let workspace = TrainingWorkspace::<M>::new(BATCH).expect("there is memory");
        let learns = |name: &&str| workspace.gradient(name).is_some();
        let names: Vec<_> = M::parameter_names().iter().map(|(name, _)| *name).filter(learns).collect();
        // Batch norms start as the identity, which would hide mistakes.
        for name in &names {
            let values = model.parameter(name).expect("it is in the list");
            let moved: Vec<f32> = values.iter().map(|value| value + 0.1 * dice.next()).collect();
            model.set_parameter(name, &moved).expect("it is in the list");
        }
        let labels = (0..BATCH).map(|image| ((image * 7 + 1) % M::CLASSES) as u32).collect();
        let images = dice.numbers(BATCH * M::INPUT.iter().product::<usize>());
        Self { model, workspace, images, labels, names }
    }

    fn loss(&mut self) -> f64 {
        // Every evaluation uses the same masks.
        self.workspace.set_masks(11, 0);
        let targets = Targets::Classes(&self.labels);
        self.workspace
            .forward_backward(&mut self.model, &self.images, targets, &CrossEntropy::default())
            .expect("the batch fits")
    }

    fn parameters(&self) -> Vec<Vec<f32>> {
        self.names.iter().map(|name| self.model.parameter(name).expect("it is in the list")).collect()
    }

    fn gradients(&self) -> Vec<Vec<f32>> {
        self.names.iter().map(|name| self.workspace.gradient(name).expect("it learns")).collect()
    }

    fn loss_at(&mut self, at: &[Vec<f32>], direction: &[Vec<f32>], step: f64) -> f64 {
        for ((name, at), direction) in self.names.iter().zip(at).zip(direction) {
            let moved: Vec<f32> =
                at.iter().zip(direction).map(|(at, by)| (f64::from(*at) + step * f64::from(*by)) as f32).collect();
            self.model.set_parameter(name, &moved).expect("it is in the list");
        }
        self.loss()
    }
}

fn dot(a: &[Vec<f32>], b: &[Vec<f32>]) -> f64 {
    a.iter().flatten().zip(b.iter().flatten()).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

/// The slope of the loss along `direction`, by differences and by the gradient.
fn slopes<M: Model>(case: &mut Case<M>, at: &[Vec<f32>], gradients: &[Vec<f32>], direction: &[Vec<f32>]) -> (f64, f64) {
    let length = dot(direction, direction).sqrt();
    let difference = case.loss_at(at, direction, STEP / length) - case.loss_at(at, direction, -STEP / length);
    (difference / (2.0 * STEP), dot(gradients, direction) / length)
}

fn gradient<M: Model>() {
    let mut case = Case::<M>::new();
    assert!(case.loss().is_finite());
    let (at, gradients) = (case.parameters(), case.gradients());
    let length = dot(&gradients, &gradients).sqrt();
    let mut dice = Dice::new(5);

    // All parameters at once: along the gradient, and along the gradient with each element scaled or negated.
    for round in 0..4 {
        let mut direction = gradients.clone();
        if round > 0 {
            direction.iter_mut().flatten().for_each(|number| *number *= dice.next());
        }
        let (found, expected) = slopes(&mut case, &at, &gradients, &direction);
        assert!((found - expected).abs() < 5e-4 * length, "round {round}: {found}, the gradient says {expected}");
    }

    // Each tensor alone. Rounding adds an error of about 1e-4, and the kinks of ReLUs one of a percent.
    for tensor in 0..case.names.len() {
        let mut direction: Vec<Vec<f32>> = gradients.iter().map(|gradient| vec![0.0; gradient.len()]).collect();
        direction[tensor].clone_from(&gradients[tensor]);
        let name = case.names[tensor];
        assert!(dot(&direction, &direction) > 0.0, "{name} has no gradient");
        let (found, expected) = slopes(&mut case, &at, &gradients, &direction);
        let tolerance = 5e-4 + 0.02 * expected.abs();
        assert!((found - expected).abs() < tolerance, "{name}: {found}, the gradient says {expected}");
    }
}

/// Inference with the statistics of a batch gives what training gives for that batch.
fn inference<M: Model>() {
    let mut case = Case::<M>::new();
    // The running statistics become equal to the batch's, within f32.
    for _ in 0..200 {
        case.loss();
    }
    let expected = case.workspace.outputs().to_vec();
    for layer in M::LAYERS.iter().filter(|layer| layer.word == "batch_norm") {
        let numbers: usize = BATCH * layer.shape[1..].iter().product::<usize>();
        let name = format!("{}.running_var", layer.name);
        let unbiased = case.model.parameter(&name).expect("a batch norm has statistics");
        let biased: Vec<f32> =
            unbiased.iter().map(|variance| variance * (numbers - 1) as f32 / numbers as f32).collect();
        case.model.set_parameter(&name, &biased).expect("a batch norm has statistics");
    }
    let mut workspace = InferenceWorkspace::<M>::new(BATCH).expect("there is memory");
    let found = workspace.outputs(&case.model, &case.images).expect("the batch fits");
    let largest = expected.iter().fold(0.0f32, |largest, output| largest.max(output.abs()));
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() < 1e-4 * largest, "{found}, in training {expected}");
    }
}

/// A module for each network: `name: tests { the program }`.
macro_rules! networks {
    ($($name:ident: $($test:ident)* { $($program:tt)* })*) => {$(
        mod $name {
            athena::resnet! { $($program)* }

            $(#[test]
            fn $test() {
                super::$test::<Net>();
            })*
        }
    )*};
}

networks! {
    plain: gradient inference {
        struct Net(3x8x8) -> 10 {
            input
                -> conv(16, 3x3) -> batch_norm -> relu
                -> conv(16, 3x3) -> batch_norm -> relu
                -> global_avg_pool -> flatten -> linear(10)
        }
    }

    residual: gradient inference {
        pub struct Net(3x16x16) -> 10 {
            input
                -> conv(16, 3x3) -> batch_norm -> relu
                -> basic(16)
                -> down(32) -> basic(32)
                -> global_avg_pool -> flatten -> linear(10)
        }

        block basic(filters) {
            input
                -> conv(filters, 3x3) -> batch_norm -> relu
                -> conv(filters, 3x3) -> batch_norm
                -> + input -> relu
        }

        block down(filters, stride = 2) {
            let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
            input
                -> conv(filters, 3x3, stride) -> batch_norm -> relu
                -> conv(filters, 3x3) -> batch_norm
                -> + shortcut -> relu
        }
    }

    nested: gradient inference {
        /// ResNet-20's stages, narrower, in blocks of blocks.
        struct Net(3x16x16) -> 10 {
            input
                -> conv(8, 3x3) -> batch_norm -> silu
                -> layer1: 2 * basic(8)
                -> layer2: stage(2 * 8)
                -> layer3: [stage(32), basic(32)]
                -> global_avg_pool -> flatten -> linear(10)
        }

        block stage(filters) {
            input -> down(filters) -> first: basic(filters) -> + first
        }

        block basic(filters) {
            (input -> pair(filters)) + input -> silu
        }

        block down(filters) {
            let shortcut = input -> shortcut(filters, 2);
            input -> pair(filters, stride = 2) -> + shortcut -> silu
        }

        block pair(filters, stride = 1) {
            input
                -> conv(filters, 3x3, stride) -> batch_norm -> silu
                -> conv(filters, 3x3) -> batch_norm
        }
    }

    preactivation: gradient inference {
        struct Net(3x8x8) -> 10 {
            input -> conv(16, 3x3) -> 3 * unit(16) -> batch_norm -> silu -> global_avg_pool -> flatten -> linear(10)
        }

        block unit(filters) {
            input
                -> batch_norm -> silu -> conv(filters, 3x3)
                -> batch_norm -> silu -> conv(filters, 3x3)
                -> + input
        }
    }

    branches: gradient inference {
        struct Net(3x9x7) -> 6 {
            let a = input -> conv(5, 1x1) -> batch_norm -> tanh;
            let b = input -> conv(7, 3x3) -> batch_norm -> gelu -> conv(9, 3x3) -> batch_norm;
            let c = input -> max_pool(3x3, stride = 1, padding = 1) -> conv(18, 1x1);
            let joined = a || b || a;
            (joined -> conv(18, 3x3)) + c + c -> batch_norm -> silu -> global_avg_pool -> flatten -> linear(6)
        }
    }

    grouped: gradient inference {
        struct Net(3x10x10) -> 5 {
            input
                -> conv(24, 3x3, stride = 2) -> batch_norm -> hard_swish
                -> 2 * separable(24)
                -> conv(32, 3x3, groups = 4, dilation = 2) -> batch_norm -> leaky_relu
                -> global_avg_pool -> flatten -> linear(5)
        }

        block separable(filters) {
            input
                -> conv(filters, 3x3, groups = filters) -> batch_norm -> tanh
                -> conv(filters, 1x1) -> batch_norm
                -> + input -> sigmoid
        }
    }

    option_a: gradient inference {
        struct Net(3x12x12) -> 4 {
            input -> conv(8, 3x3, bias = true) -> batch_norm -> softplus
                -> unit(8) -> unit(12, stride = 2) -> unit(17, stride = 2)
                -> flatten -> linear(4)
        }

        block unit(filters, stride = 1) {
            let skip = input -> shortcut(filters, stride, option = a);
            input
                -> conv(filters, 3x3, stride) -> batch_norm -> selu
                -> conv(filters, 3x3) -> batch_norm -> + skip -> selu
        }
    }

    frozen_parts: gradient {
        #[freeze(conv2, batch_norm1, unit1.1, *.*.batch_norm2, linear1)]
        struct Net(3x8x8) -> 5 {
            input
                -> conv(16, 3x3) -> batch_norm -> silu
                -> conv(20, 3x3, stride = 2) -> batch_norm -> tanh -> max_pool(2x2, stride = 1)
                -> 3 * unit(20)
                -> global_avg_pool -> flatten -> linear(12) -> silu -> linear(5)
        }

        block unit(filters) {
            input
                -> conv(filters, 3x3) -> batch_norm -> silu
                -> conv(filters, 3x3) -> batch_norm
                -> + input -> silu
        }
    }

    frozen_trunk: gradient {
        #[freeze(conv*, batch_norm*, unit1.0, unit1.1)]
        struct Net(3x8x8) -> 5 {
            input
                -> conv(16, 3x3) -> batch_norm -> silu -> max_pool(2x2, stride = 1)
                -> 3 * unit(16)
                -> global_avg_pool -> flatten -> linear(5)
        }

        block unit(filters) {
            let normed = input -> batch_norm -> silu;
            normed -> conv(filters, 3x3) -> batch_norm -> silu -> conv(filters, 3x3) -> + input
        }
    }

    frozen_norms: gradient {
        #[freeze(**.batch_norm*)]
        struct Net(3x8x8) -> 5 {
            let stem = input -> batch_norm -> conv(16, 3x3);
            let normed = stem -> batch_norm;
            let one = normed -> tanh -> conv(16, 3x3) -> dropout(0.1);
            let two = one + normed + stem;
            let three = two + two + one -> batch_norm -> tanh;
            three + stem + one -> global_avg_pool -> flatten -> linear(5)
        }
    }

    vectors: gradient {
        struct Net(3x8x8) -> 7 {
            let features = input -> conv(16, 3x3) -> batch_norm -> silu -> avg_pool(2x2) -> pad(1, mode = reflect)
                -> conv(20, 3x3, padding = valid) -> global_avg_pool -> flatten;
            let hidden = features -> linear(24) -> batch_norm -> tanh -> dropout(0.2) -> linear(24) -> softmax;
            (hidden -> linear(7)) + (features -> linear(7)) -> softmax
        }
    }

    shared: gradient {
        struct Net(2x8x8) -> 3 {
            let stem = input -> batch_norm -> conv(16, 3x3);
            let normed = stem -> batch_norm;
            let one = normed -> tanh -> conv(16, 3x3) -> dropout(0.1);
            let two = one + normed + stem;
            let three = two + two + one -> batch_norm -> tanh;
            three + stem + one -> global_avg_pool -> flatten -> linear(3)
        }
    }
}
