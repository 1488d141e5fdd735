//! A whole network, step by step, against an f64 reference that shares no code with the runtime.
#![allow(missing_docs)]

mod network;

use athena_runtime::error::Error;
use athena_runtime::generated::{Model, Network};
use athena_runtime::loss::{CrossEntropy, Targets};
use athena_runtime::model::{InferenceWorkspace, TrainingWorkspace};
use athena_runtime::threads::with_threads;
use network::reference::{Tensors, cross_entropy, forward, tensors};
use network::tiny::Tiny;
use network::{labels, numbers};

const IMAGE: usize = 3 * 8 * 8;

fn wide(x: &[f32]) -> Vec<f64> {
    x.iter().map(|&x| f64::from(x)).collect()
}

fn assert_close(name: &str, found: &[f32], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let largest = expected.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
    for (i, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (f64::from(*found) - expected).abs();
        assert!(error <= tolerance * largest, "{name}[{i}] is {found}, not {expected} (largest {largest})");
    }
}

/// A network whose batch norms do something.
fn model() -> Tiny {
    let mut model = Tiny::new(5);
    for (i, norm) in ["batch_norm1", "batch_norm2"].into_iter().enumerate() {
        let gamma: Vec<f32> = numbers(16, 30 + i as u32).iter().map(|x| 1.0 + 0.5 * x).collect();
        model.set_parameter(&format!("{norm}.weight"), &gamma).unwrap();
        model.set_parameter(&format!("{norm}.bias"), &numbers(16, 40 + i as u32)).unwrap();
    }
    model
}

fn one_step(model: &mut Tiny, images: &[f32], labels: &[u32], capacity: usize) -> (f64, TrainingWorkspace<Tiny>) {
    let mut workspace = TrainingWorkspace::new(capacity).unwrap();
    let loss = workspace.forward_backward(model, images, Targets::Classes(labels), &CrossEntropy::default()).unwrap();
    (loss, workspace)
}

#[test]
fn outputs_and_statistics_agree_with_the_reference() {
    let (images, labels) = (numbers(3 * IMAGE, 1), labels(3, 10, 2));
    let mut model = model();
    let expected = forward(&tensors(&model), &wide(&images), true);
    let (loss, workspace) = one_step(&mut model, &images, &labels, 3);
    assert_close("outputs", workspace.outputs(), &expected.logits, 1e-5);
    assert!((loss - cross_entropy(&expected.logits, &labels)).abs() < 1e-5);
    for (norm, (mean, variance)) in ["batch_norm1", "batch_norm2"].into_iter().zip(expected.statistics) {
        let unbiased = (3 * 64) as f64 / (3 * 64 - 1) as f64;
        let mean: Vec<f64> = mean.iter().map(|x| 0.1 * x).collect();
        let variance: Vec<f64> = variance.iter().map(|x| 0.9 + 0.1 * unbiased * x).collect();
        assert_close("mean", &model.parameter(&format!("{norm}.running_mean")).unwrap(), &mean, 1e-5);
        assert_close("variance", &model.parameter(&format!("{norm}.running_var")).unwrap(), &variance, 1e-5);
        assert_eq!(model.parameter(&format!("{norm}.num_batches_tracked")).unwrap(), [1.0]);
    }
}

#[test]
fn every_gradient_agrees_with_central_differences() {
    let (images, labels) = (numbers(2 * IMAGE, 3), labels(2, 10, 4));
    let mut model = model();
    let mut at = tensors(&model);
    let (_, workspace) = one_step(&mut model, &images, &labels, 2);
    let images = wide(&images);
    let loss = |at: &Tensors| cross_entropy(&forward(at, &images, true).logits, &labels);
    for (name, _) in Tiny::parameter_names() {
        let Some(gradient) = workspace.gradient(name) else {
            assert!(name.contains("running") || name.contains("num_batches"), "{name} has no gradient");
            continue;
        };
        let mut expected = Vec::with_capacity(gradient.len());
        for i in 0..gradient.len() {
            let (value, step) = (at[name][i], 1e-6);
            let mut moved = |to: f64| {
                at.get_mut(name).unwrap()[i] = to;
                loss(&at)
            };
            expected.push((moved(value + step) - moved(value - step)) / (2.0 * step));
            moved(value);
        }
        assert_close(name, &gradient, &expected, 1e-4);
    }
}

#[test]
fn inference_agrees_with_the_reference() {
    let mut model = model();
    one_step(&mut model, &numbers(4 * IMAGE, 5), &labels(4, 10, 6), 4);
    let images = numbers(70 * IMAGE, 7);
    let expected = forward(&tensors(&model), &wide(&images), false);
    let predicted = model.predict(&images).unwrap();
    assert_close("predicted", &predicted, &expected.logits, 1e-5);
    assert_eq!(model.predict(&images[..3 * IMAGE]).unwrap(), predicted[..30]);
    let mut workspace = InferenceWorkspace::<Tiny>::new(70).unwrap();
    assert_eq!(workspace.outputs(&model, &images).unwrap(), predicted);
}

#[test]
fn predictions_follow_the_parameters() {
    let mut model = model();
    let images = numbers(2 * IMAGE, 8);
    let mut workspace = InferenceWorkspace::<Tiny>::new(2).unwrap();
    let before = model.predict(&images).unwrap();
    assert_eq!(workspace.outputs(&model, &images).unwrap(), before);
    model.set_parameter("conv1.weight", &numbers(432, 9)).unwrap();
    let after = model.predict(&images).unwrap();
    assert_ne!(before, after);
    assert_eq!(workspace.outputs(&model, &images).unwrap(), after);
    one_step(&mut model, &images, &[1, 2], 2);
    assert_ne!(model.predict(&images).unwrap(), after, "the running statistics have changed");
}

/// Three steps of plain gradient descent; the third with a smaller batch.
fn train(capacity: usize) -> (Tiny, Vec<f64>) {
    let mut model = model();
    let mut workspace = TrainingWorkspace::new(capacity).unwrap();
    let losses = [37, 37, 21].into_iter().enumerate().map(|(step, batch)| {
        let (images, labels) = (numbers(batch * IMAGE, 10 + step as u32), labels(batch, 10, 20 + step as u32));
        let targets = Targets::Classes(&labels);
        let loss = workspace.forward_backward(&mut model, &images, targets, &CrossEntropy::default()).unwrap();
        let parameters = model.state_mut().parameters_mut();
        parameters.iter_mut().zip(workspace.gradients()).for_each(|(p, g)| *p -= 0.1 * g);
        loss
    });
    let losses = losses.collect();
    (model, losses)
}

#[test]
fn the_bits_do_not_depend_on_the_threads() {
    let alone = with_threads(1, || train(37)).unwrap();
    assert!(alone.0 != model(), "the network has learnt something");
    for threads in [2, 4] {
        assert!(with_threads(threads, || train(37)).unwrap() == alone, "{threads} threads");
    }
    assert!(train(37) == alone, "this thread");
    let more_than_needed = with_threads(2, || train(60)).unwrap();
    assert!(more_than_needed == alone, "a larger workspace");
}

#[test]
fn training_lowers_the_loss() {
    let (images, labels) = (numbers(8 * IMAGE, 50), labels(8, 10, 51));
    let mut model = Tiny::new(1);
    let mut workspace = TrainingWorkspace::new(8).unwrap();
    let mut losses = Vec::new();
    for _ in 0..60 {
        let targets = Targets::Classes(&labels);
        losses.push(workspace.forward_backward(&mut model, &images, targets, &CrossEntropy::default()).unwrap());
        let parameters = model.state_mut().parameters_mut();
        parameters.iter_mut().zip(workspace.gradients()).for_each(|(p, g)| *p -= 0.5 * g);
    }
    assert!(losses[59] < 0.3 * losses[0], "{losses:?}");
}

#[test]
fn seeds_make_networks() {
    assert_eq!(Tiny::new(3), Tiny::new(3));
    assert_ne!(Tiny::new(3), Tiny::new(4));
    let model = Tiny::new(3);
    let weight = model.parameter("conv2.weight").unwrap();
    let variance = weight.iter().map(|w| w * w).sum::<f32>() / weight.len() as f32;
    assert!((variance * 144.0 / 2.0 - 1.0).abs() < 0.1, "He's variance is 2 / (16 * 9), not {variance}");
    assert_eq!(model.parameter("batch_norm1.running_var").unwrap(), [1.0; 16]);
    assert!(model.parameter("linear1.bias").unwrap().iter().all(|b| b.abs() <= 0.25));
}

#[test]
fn the_summary_is_a_table() {
    let summary = Tiny::summary().to_string();
    let lines: Vec<&str> = summary.lines().collect();
    assert_eq!(lines[0], "Tiny(3x8x8) -> 10");
    assert_eq!(lines[3], "conv1             conv             16x8x8         432         27,648");
    assert_eq!(lines[11], "linear1           linear           10             170            160");
    assert_eq!(lines[13], "total                                           2,970        175,264");
    assert_eq!(lines[14], "memory per image: 12.6 KiB in inference, 16.8 KiB in training");
}

#[test]
fn batches_that_do_not_fit_are_refused() {
    let mut model = model();
    let untouched = model.clone();
    let mut workspace = TrainingWorkspace::<Tiny>::new(2).unwrap();
    let mut step = |images: usize, labels: &[u32]| {
        let (images, targets) = (numbers(images, 1), Targets::Classes(labels));
        workspace.forward_backward(&mut model, &images, targets, &CrossEntropy::default()).unwrap_err().to_string()
    };
    assert_eq!(
        step(IMAGE + 1, &[0]),
        "193 floats are not a whole number of images: one image of 3x8x8 is 192 floats, so pass N times as many"
    );
    assert_eq!(step(0, &[]), "the batch is empty: pass at least one image of 3x8x8 floats");
    let full = "3 images do not fit into a workspace for 2: make it with `new(3)`, or pass smaller batches";
    assert_eq!(step(3 * IMAGE, &[0; 3]), full);
    step(2 * IMAGE, &[0]);
    step(2 * IMAGE, &[0, 10]);
    assert!(model == untouched);
    assert!(matches!(model.predict(&[0.0; 5]), Err(Error::BatchLength { found: 5, .. })));
    assert!(matches!(model.predict(&[]), Err(Error::EmptyBatch { .. })));
    assert!(matches!(TrainingWorkspace::<Tiny>::new(0), Err(Error::NoCapacity)));
    assert!(matches!(InferenceWorkspace::<Tiny>::new(0), Err(Error::NoCapacity)));
    assert!(matches!(TrainingWorkspace::<Tiny>::new(usize::MAX), Err(Error::Memory { .. })));
}

#[test]
fn parameters_are_named() {
    let mut model = model();
    assert!(model.parameter("conv3.weight").is_none());
    let unknown = model.set_parameter("conv2.wieght", &[]).unwrap_err().to_string();
    assert_eq!(unknown, "this network has no parameter `conv2.wieght`: did you mean `conv2.weight`?");
    let short = model.set_parameter("linear1.bias", &[0.0]).unwrap_err().to_string();
    assert_eq!(short, "`linear1.bias` has the shape [10], that is 10 numbers, but 1 were given");
}
