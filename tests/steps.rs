//! Steps that the reference networks do not use, or not in all forms: compares gradients with central differences of the loss.
#![allow(missing_docs)]

use athena::loss::{CrossEntropy, Loss, MeanSquaredError, Targets};
use athena::threads::with_threads;
use athena::{Model, TrainingWorkspace, resnet};

resnet! {
    /// Sums of three and of five terms, some of them batch norms, without a rectifier's corners.
    struct Sums(3x6x6) -> 4 {
        let a = input -> conv(20, 3x3, bias = true) -> batch_norm;
        let b = input -> conv(20, 1x1) -> batch_norm(affine = false);
        let c = input -> conv(20, 3x3, bias = true);
        a + b + c -> tanh
            -> conv(20, 3x3) -> batch_norm
            -> + a + b + c + a -> silu
            -> global_avg_pool -> flatten -> linear(4)
    }

    /// Concatenated parts that are not whole blocks, one of them twice, and pools that overlap.
    struct Parts(3x8x8) -> 3 {
        let a = input -> conv(5, 3x3) -> tanh;
        let b = input -> conv(19, 3x3, dilation = 2) -> gelu;
        a || b || input || a
            -> avg_pool(3x3, stride = 2, padding = 1)
            -> pad(1, mode = reflect)
            -> conv(12, 3x3, stride = 2, groups = 2, padding = valid, bias = true) -> softplus
            -> flatten -> linear(6) -> sigmoid -> linear(3, bias = false)
    }

    /// Dropout on a map and on a vector, and a softmax within.
    struct Drops(2x5x5) -> 3 {
        input
            -> conv(17, 3x3) -> dropout(0.3) -> batch_norm -> tanh
            -> softmax
            -> conv(6, 3x3, stride = 2) -> flatten -> dropout(0.5) -> linear(3)
    }

    /// Ends in probabilities.
    struct Probabilities(1x4x4) -> 5 {
        input -> conv(8, 3x3) -> tanh -> flatten -> linear(5) -> softmax
    }

    /// A network without a linear layer, whose outputs are made in a phase.
    struct Convolutional(1x4x4) -> 3 {
        input -> conv(6, 3x3) -> silu -> conv(3, 1x1, bias = true) -> global_avg_pool -> flatten
    }
}

/// Numbers that look random, roughly uniform in [-1, 1].
fn numbers(len: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

fn image_len<M: Model>() -> usize {
    M::INPUT.iter().product()
}

/// Compares the gradient of some entries of every parameter with a five-point difference of the loss.
fn check_gradients<M: Model>(loss: &dyn Loss, targets: Targets<'_>, batch: usize) {
    let images = numbers(batch * image_len::<M>(), 3);
    let mut workspace = TrainingWorkspace::<M>::new(batch).unwrap();
    let mut model = M::new(11);
    let mut loss_of = |model: &mut M| {
        workspace.set_masks(7, 0);
        let mean = workspace.forward_backward(model, &images, targets, loss).unwrap();
        (mean, M::parameter_names().iter().map(|(name, _)| workspace.gradient(name)).collect::<Vec<_>>())
    };
    let (_, gradients) = loss_of(&mut model);
    for ((name, _), gradient) in M::parameter_names().iter().zip(gradients) {
        let Some(gradient) = gradient else { continue };
        let values = model.parameter(name).unwrap();
        let largest = gradient.iter().fold(0.0f32, |largest, g| largest.max(g.abs()));
        // Every entry of small parameters, and some of large ones that hit all channels and taps in turn.
        for i in (0..values.len()).step_by(values.len() / 40 + 1) {
            let mut at = |offset: f32| {
                let mut moved = values.clone();
                moved[i] += offset;
                model.set_parameter(name, &moved).unwrap();
                loss_of(&mut model).0
            };
            let h = 0.02;
            let difference = (8.0 * (at(h) - at(-h)) - (at(2.0 * h) - at(-2.0 * h))) / (12.0 * f64::from(h));
            let error = (f64::from(gradient[i]) - difference).abs();
            assert!(error < 2e-3 * f64::from(largest) + 5e-5, "{name}[{i}]: {} but {difference}", gradient[i]);
        }
        model.set_parameter(name, &values).unwrap();
    }
}

#[test]
fn sums_of_several_terms() {
    check_gradients::<Sums>(&CrossEntropy::default(), Targets::Classes(&[0, 3, 1, 2]), 4);
}

#[test]
fn concatenations_pools_and_pads() {
    check_gradients::<Parts>(&CrossEntropy::default(), Targets::Classes(&[0, 2, 1]), 3);
}

#[test]
fn dropout_and_softmax_within() {
    check_gradients::<Drops>(&CrossEntropy::default(), Targets::Classes(&[0, 2, 1, 1]), 4);
}

#[test]
fn softmax_at_the_end() {
    check_gradients::<Probabilities>(&CrossEntropy::default(), Targets::Classes(&[4, 2]), 2);
    check_gradients::<Probabilities>(&MeanSquaredError, Targets::Values(&numbers(10, 9)), 2);
}

#[test]
fn outputs_without_a_linear_layer() {
    check_gradients::<Convolutional>(&CrossEntropy::default(), Targets::Classes(&[1, 2]), 2);
    let model = Convolutional::new(1);
    assert_eq!(model.predict(&numbers(3 * 16, 2)).unwrap().len(), 9);
}

#[test]
fn probabilities_add_up_to_one() {
    let mut model = Probabilities::new(2);
    let bias = [1000.0, 0.0, -1000.0, 999.0, 0.0];
    model.set_parameter("linear1.bias", &bias).unwrap();
    let predicted = model.predict(&numbers(6 * 16, 1)).unwrap();
    for probabilities in predicted.chunks(5) {
        assert!(probabilities.iter().all(|p| (0.0..=1.0).contains(p)), "{probabilities:?}");
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{probabilities:?}");
    }
    let mut workspace = TrainingWorkspace::new(1).unwrap();
    let targets = Targets::Classes(&[2]);
    let loss = workspace.forward_backward(&mut model, &numbers(16, 1), targets, &CrossEntropy::default()).unwrap();
    assert!((loss - 2000.0).abs() < 10.0, "{loss}");
    assert!(workspace.gradients().iter().all(|g| g.is_finite()));
}

/// Outputs of a training step, and of inference with that batch's statistics as the running ones.
fn both_ways<M: Model>(batch: usize, pixels: usize) -> (Vec<f32>, Vec<f32>) {
    let images = numbers(batch * image_len::<M>(), 6);
    let mut model = M::new(5);
    let mut workspace = TrainingWorkspace::new(batch).unwrap();
    let targets = vec![0; batch];
    let targets = Targets::Classes(&targets);
    workspace.forward_backward(&mut model, &images, targets, &CrossEntropy::default()).unwrap();
    let count = (batch * pixels) as f32;
    for (name, _) in M::parameter_names() {
        // The running statistics have moved a tenth of the way from 0 and 1. The variance in them is the unbiased one.
        let change: fn(f32, f32) -> f32 = match name.rsplit('.').next() {
            Some("running_mean") => |x, _| x * 10.0,
            Some("running_var") => |x, count| (x - 0.9) * 10.0 * (count - 1.0) / count,
            _ => continue,
        };
        let values: Vec<f32> = model.parameter(name).unwrap().iter().map(|&x| change(x, count)).collect();
        model.set_parameter(name, &values).unwrap();
    }
    (workspace.outputs().to_vec(), model.predict(&images).unwrap())
}

#[test]
fn inference_computes_what_training_does() {
    let cases = [both_ways::<Sums>(4, 36), both_ways::<Parts>(4, 0), both_ways::<Convolutional>(4, 0)];
    for (trained, inferred) in cases {
        let largest = trained.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
        for (trained, inferred) in trained.iter().zip(&inferred) {
            assert!((trained - inferred).abs() < 1e-4 * largest, "{trained} and {inferred}");
        }
    }
}

/// The outputs of four steps on one batch, with the parameters as they are.
fn dropped(seed: u64) -> Vec<Vec<f32>> {
    let (mut model, images) = (Drops::new(4), numbers(20 * 50, 5));
    let mut workspace = TrainingWorkspace::new(20).unwrap();
    workspace.set_masks(seed, 0);
    let mut step = || {
        let targets = Targets::Classes(&[1; 20]);
        workspace.forward_backward(&mut model, &images, targets, &CrossEntropy::default()).unwrap();
        workspace.outputs().to_vec()
    };
    (0..4).map(|_| step()).collect()
}

#[test]
fn dropout_draws_anew_for_every_step_and_seed() {
    let steps = dropped(1);
    for (i, outputs) in steps.iter().enumerate() {
        assert!(steps[..i].iter().all(|before| before != outputs), "step {i}");
    }
    assert_eq!(steps, dropped(1));
    assert_ne!(steps, dropped(2));
    for threads in [1, 2, 4] {
        assert_eq!(with_threads(threads, || dropped(1)).unwrap(), steps, "{threads} threads");
    }
    let (model, images) = (Drops::new(4), numbers(50, 5));
    assert_eq!(model.predict(&images).unwrap(), model.predict(&images).unwrap());
}
