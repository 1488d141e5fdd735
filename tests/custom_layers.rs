//! Layers of the user's own compute the same as built-in layers with the same formula, forward and backward, anywhere in a network.
#![allow(missing_docs)]

mod common;

use athena::layer::{Init, Layer, ParametricLayer, Pointwise, Tensor, Tensors, check_gradients};
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
    use super::{Init, Layer, ParametricLayer, Pointwise, Tensor, Tensors};

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

    /// `y = weight x + bias` at each pixel, as `conv(6, 1x1, bias = true)` has it, times a table that is 1.
    pub struct Mixing;

    impl<const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for Mixing {
        const OUTPUT: [usize; 3] = [6, H, W];
        const PARAMETERS: &'static [Tensor] =
            &[Tensor::new("weight", &[6, C, 1, 1], Init::HeNormal), Tensor::new("bias", &[6], Init::Zeros)];
        const BUFFERS: &'static [Tensor] = &[Tensor::new("table", &[H, W], Init::Ones)];

        fn forward(&self, tensors: Tensors<'_>, x: &[f32], y: &mut [f32]) {
            let (&[weight, bias], &[table]) = (tensors.parameters, tensors.buffers) else { panic!("two and one") };
            for (i, y) in y.iter_mut().enumerate() {
                let (o, at) = (i / (H * W), i % (H * W));
                *y = table[at] * (bias[o] + (0..C).map(|c| weight[o * C + c] * x[c * H * W + at]).sum::<f32>());
            }
        }

        fn backward(&self, tensors: Tensors<'_>, x: &[f32], dy: &[f32], dx: &mut [f32], gradients: &mut [&mut [f32]]) {
            let (&[weight, _], &[table]) = (tensors.parameters, tensors.buffers) else { panic!("two and one") };
            let [d_weight, d_bias] = gradients else { panic!("one for each parameter") };
            for (i, dy) in dy.iter().enumerate() {
                let (o, at) = (i / (H * W), i % (H * W));
                let dy = table[at] * dy;
                d_bias[o] += dy;
                for c in 0..C {
                    d_weight[o * C + c] += dy * x[c * H * W + at];
                    dx[c * H * W + at] += dy * weight[o * C + c];
                }
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

athena::resnet! {
    struct Learning(3x9x7) -> 5 {
        input -> first: own::Mixing as 6x9x7 -> relu -> batch_norm -> body() -> own::Mean as 6 -> linear(5)
    }

    #[freeze(first, body1.second)]
    struct Frozen(3x9x7) -> 5 {
        input -> first: own::Mixing as 6x9x7 -> relu -> batch_norm -> body() -> own::Mean as 6 -> linear(5)
    }

    block body() {
        input -> conv(4, 3x3, bias = false) -> second: own::Mixing as 6x9x7 -> + input
    }

    struct Convolutions(3x9x7) -> 5 {
        input -> first: conv(6, 1x1, bias = true) -> relu -> batch_norm -> convolutions() -> own::Mean as 6 -> linear(5)
    }

    block convolutions() {
        input -> conv(4, 3x3, bias = false) -> second: conv(6, 1x1, bias = true) -> + input
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

#[test]
fn gradients_of_ones_own_layers_are_checked() {
    check_gradients::<3, 4, 5>(&own::Mixing, 1).expect("a linear layer");
    check_gradients::<3, 4, 5>(&own::Mean, 2).expect("a mean");
    check_gradients::<2, 3, 3>(&own::Ring, 3).expect("products");
}

/// The parameters of one's own layers stand in the state dict under the path of the step, each layer's buffers behind its parameters.
#[test]
fn layers_with_parameters_are_in_the_state_dict() {
    let expected: [(&str, &[usize]); 14] = [
        ("first.weight", &[6, 3, 1, 1]),
        ("first.bias", &[6]),
        ("first.table", &[9, 7]),
        ("batch_norm1.weight", &[6]),
        ("batch_norm1.bias", &[6]),
        ("batch_norm1.running_mean", &[6]),
        ("batch_norm1.running_var", &[6]),
        ("batch_norm1.num_batches_tracked", &[]),
        ("body1.conv1.weight", &[4, 6, 3, 3]),
        ("body1.second.weight", &[6, 4, 1, 1]),
        ("body1.second.bias", &[6]),
        ("body1.second.table", &[9, 7]),
        ("linear1.weight", &[5, 6]),
        ("linear1.bias", &[5]),
    ];
    assert_eq!(Learning::parameter_names(), expected);
    // Buffers and running statistics are no parameters.
    let parameters = 6 * 3 + 6 + 12 + 4 * 6 * 9 + 6 * 4 + 6 + 5 * 6 + 5;
    assert_eq!((Learning::PARAMETERS, Learning::TRAINABLE), (parameters, parameters));
    assert_eq!((Frozen::PARAMETERS, Frozen::TRAINABLE), (parameters, parameters - 6 * 3 - 6 - 6 * 4 - 6));
    let network = Learning::new(1);
    assert_eq!(network.parameter("first.table"), Some(vec![1.0; 63]));
    assert_eq!(network.parameter("first.bias"), Some(vec![0.0; 6]));
    let spread = network.parameter("body1.second.weight").expect("its own name");
    assert!(spread.iter().all(|weight| *weight != 0.0), "{spread:?}");
    let row = |path: &str| {
        let summary = Learning::summary().to_string();
        summary.lines().find(|line| line.starts_with(path)).map(str::to_owned).unwrap_or_default()
    };
    assert!(row("first ").contains(" 24"), "{}", row("first "));
}

fn with_the_same_weights() -> (Learning, Convolutions) {
    let (own, mut builtin) = (Learning::new(5), Convolutions::new(6));
    for (name, _) in Learning::parameter_names().iter().filter(|(name, _)| !name.ends_with("table")) {
        let values = own.parameter(name).expect("its own name");
        builtin.set_parameter(&name.replace("body1", "convolutions1"), &values).expect("the same shape");
    }
    (own, builtin)
}

#[test]
fn layers_with_parameters_learn_as_built_in_ones_do() {
    use athena::data::Batch;
    use athena::optim::{AdamW, Sgd};
    use athena::train::Trainer;

    let (mut own, mut builtin) = with_the_same_weights();
    let (found, expected) = (step(&mut own), step(&mut builtin));
    assert!((found.0 - expected.0).abs() < 1e-6);
    for (name, found) in &found.2 {
        let theirs = name.replace("body1", "convolutions1");
        let (_, expected) = expected.2.iter().find(|(name, _)| *name == theirs).expect("the same layer");
        assert_close(found, expected, name);
    }

    let images = images("custom", BATCH * 3 * 9 * 7);
    let batch = || Batch::new(images.clone(), [0, 1, 2, 3, 4]).expect("whole images");
    for adam in [false, true] {
        let (own, builtin) = with_the_same_weights();
        macro_rules! trained {
            ($network:expr) => {{
                let builder = Trainer::builder($network);
                let mut trainer = if adam {
                    builder.optimiser(AdamW::new().weight_decay(0.1)).build().expect("a trainer")
                } else {
                    builder
                        .optimiser(Sgd::new().learning_rate(0.1).momentum(0.9).weight_decay(0.1))
                        .build()
                        .expect("a trainer")
                };
                for _ in 0..5 {
                    trainer.step(&batch()).expect("a step");
                }
                trainer.into_model()
            }};
        }
        let (own, builtin) = (trained!(own), trained!(builtin));
        for (name, _) in Learning::parameter_names().iter().filter(|(name, _)| !name.ends_with("table")) {
            let expected = builtin.parameter(&name.replace("body1", "convolutions1")).expect("the same layer");
            assert_close(&own.parameter(name).expect("its own name"), &expected, name);
        }
        // Nothing changes a buffer, weight decay neither.
        assert_eq!(own.parameter("first.table"), Some(vec![1.0; 63]));
    }
}

#[test]
fn layers_with_parameters_are_saved_loaded_and_frozen() {
    let mut network = Learning::new(8);
    network.set_parameter("first.table", &[0.5; 63]).expect("its own name");
    let file = std::env::temp_dir().join(format!("athena-parametric-{}.safetensors", std::process::id()));
    network.save(&file).expect("a file");
    let loaded = Learning::from_file(&file).expect("the same network");
    std::fs::remove_file(&file).expect("it is there");
    let images = images("custom", BATCH * 3 * 9 * 7);
    assert_eq!(loaded.parameter("first.table"), Some(vec![0.5; 63]));
    assert_eq!(loaded.predict(&images).unwrap(), network.predict(&images).unwrap());

    let mut frozen = Frozen::with_weights_of(&network).expect("the same parameters");
    let (expected, found) = (step(&mut network), step(&mut frozen));
    assert_eq!(found.0, expected.0);
    for (name, gradient) in &found.2 {
        assert!(!name.starts_with("first") && !name.starts_with("body1.second"), "{name} is frozen");
        let (_, expected) = expected.2.iter().find(|(other, _)| other == name).expect("the same layer");
        assert_close(gradient, expected, name);
    }
    assert!(found.2.iter().any(|(name, _)| *name == "body1.conv1.weight"));
}
