//! `set_exact`: with direct convolutions, each output depends only on the inputs in its window.

use std::process::Command;

use athena::loss::Targets;
use athena::prelude::*;
use athena::{InferenceWorkspace, TrainingWorkspace};

const SIDE: usize = 20;
const CHANNELS: usize = 16;
const PIXELS: usize = SIDE * SIDE;

athena::resnet! {
    /// A single convolution for which Winograd's algorithm is faster. All its outputs are classes.
    struct Bare(16x20x20) -> 6400 {
        input -> conv(16, 3x3, bias = false) -> flatten
    }

    /// The same convolution after another one, so that training computes all three directions.
    struct Twice(16x20x20) -> 2 {
        input -> conv(16, 3x3) -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(2)
    }
}

/// Numbers that look random, roughly uniform in [-1, 1].
fn numbers(len: usize, seed: u64) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..len).map(|_| next()).collect()
}

/// The convolution in f64.
fn reference(weight: &[f32], image: &[f32]) -> Vec<f64> {
    let at = |c: usize, y: usize, x: usize| {
        // One row and column of zeros around the image.
        let inside = (1..=SIDE).contains(&y) && (1..=SIDE).contains(&x);
        if inside { f64::from(image[c * PIXELS + (y - 1) * SIDE + x - 1]) } else { 0.0 }
    };
    let mut outputs = vec![0.0; CHANNELS * PIXELS];
    for (index, output) in outputs.iter_mut().enumerate() {
        let (o, y, x) = (index / PIXELS, index % PIXELS / SIDE, index % SIDE);
        for c in 0..CHANNELS {
            for tap in 0..9 {
                *output += f64::from(weight[(o * CHANNELS + c) * 9 + tap]) * at(c, y + tap / 3, x + tap % 3);
            }
        }
    }
    outputs
}

/// Row and column of the unusual pixel.
const AT: [usize; 2] = [9, 10];

/// Whether the unusual pixel is in the window of an output.
fn sees(index: usize) -> bool {
    let (y, x) = (index % PIXELS / SIDE, index % SIDE);
    y.abs_diff(AT[0]) <= 1 && x.abs_diff(AT[1]) <= 1
}

fn image_with(pixel: f32) -> Vec<f32> {
    let mut image = numbers(CHANNELS * PIXELS, 5);
    image[3 * PIXELS + AT[0] * SIDE + AT[1]] = pixel;
    image
}

/// The outputs for an image, alone and as the second of three, by all functions that compute outputs.
fn all_ways(net: &mut Bare, image: &[f32]) -> Vec<Vec<f32>> {
    let three = [numbers(image.len(), 8), image.to_vec(), numbers(image.len(), 9)].concat();
    let second = |outputs: &[f32]| outputs[image.len()..2 * image.len()].to_vec();
    let mut workspace = InferenceWorkspace::new(3).unwrap();
    let mut training = TrainingWorkspace::new(3).unwrap();
    let mut ways = vec![net.predict(image).unwrap(), second(&net.predict(&three).unwrap())];
    ways.push(second(workspace.outputs(net, &three).unwrap()));
    if image.iter().all(|pixel| pixel.is_finite()) {
        training.forward_backward(net, &three, Targets::Classes(&[0, 1, 2]), &CrossEntropy::new()).unwrap();
        ways.push(second(training.outputs()));
    }
    ways
}

/// The largest error of outputs whose window does not contain the unusual pixel.
fn error_beside(outputs: &[f32], expected: &[f64]) -> f64 {
    let unseen = outputs.iter().zip(expected).enumerate().filter(|(index, _)| !sees(*index));
    unseen.map(|(_, (ours, expected))| (f64::from(*ours) - expected).abs()).fold(0.0, f64::max)
}

#[test]
fn outputs_beside_a_large_pixel_are_as_good_as_elsewhere() {
    let mut net = Bare::new(1);
    let image = image_with(1e4);
    let expected = reference(&net.parameter("conv1.weight").unwrap(), &image);
    let unseen = expected.iter().enumerate().filter(|(index, _)| !sees(*index));
    let largest_beside = unseen.fold(0.0_f64, |largest, (_, output)| largest.max(output.abs()));
    net.set_exact(true);
    for (way, outputs) in all_ways(&mut net, &image).iter().enumerate() {
        let error = error_beside(outputs, &expected);
        assert!(error <= 1e-6 * largest_beside, "way {way}: {error} where outputs are up to {largest_beside}");
    }
    // Without `set_exact`, the error is the documented one, within its bound.
    net.set_exact(false);
    let weight = net.parameter("conv1.weight").unwrap();
    let largest_weight = f64::from(weight.iter().fold(0.0_f32, |largest, w| largest.max(w.abs())));
    // Inputs are at most 1, but for the channel with the large one.
    let sum = largest_weight * (1e4 + (CHANNELS - 1) as f64);
    for outputs in all_ways(&mut net, &image) {
        let error = error_beside(&outputs, &expected);
        let bound = 537.0 * (CHANNELS as f64 + 24.0) * 2_f64.powi(-24) * sum;
        assert!(error > 1e-5 && error <= bound, "{error}, where the bound is {bound}");
    }
}

#[test]
fn a_nan_stays_where_it_is_seen() {
    let mut net = Bare::new(2);
    net.set_exact(true);
    for unusual in [f32::NAN, f32::INFINITY] {
        for outputs in all_ways(&mut net, &image_with(unusual)) {
            for (index, output) in outputs.iter().enumerate() {
                assert_eq!(!output.is_finite(), sees(index), "output {index}");
            }
        }
    }
    net.set_exact(false);
    let spread = net.predict(&image_with(f32::NAN)).unwrap();
    assert!(
        spread.iter().enumerate().any(|(index, output)| output.is_nan() && !sees(index)),
        "Winograd's algorithm is meant"
    );
}

/// The two algorithms give the same gradients for the same batch, within rounding.
#[test]
fn exact_training_has_the_gradients_of_the_fast_one() {
    let images = numbers(4 * CHANNELS * PIXELS, 3);
    let gradients = |exact: bool| {
        let mut net = Twice::new(4);
        net.set_exact(exact);
        let mut workspace = TrainingWorkspace::<Twice>::new(4).unwrap();
        workspace.forward_backward(&mut net, &images, Targets::Classes(&[0, 1, 1, 0]), &CrossEntropy::new()).unwrap();
        ["conv1.weight", "conv2.weight"].map(|name| workspace.gradient(name).unwrap())
    };
    let (fast, exact) = (gradients(false), gradients(true));
    for (fast, exact) in fast.iter().zip(&exact) {
        assert!(fast != exact, "the algorithms differ");
        let largest = exact.iter().fold(0.0_f32, |largest, g| largest.max(g.abs()));
        assert!(fast.iter().zip(exact).all(|(a, b)| (a - b).abs() <= 1e-4 * largest));
    }
}

#[test]
fn the_switch_belongs_to_the_network() {
    let (mut net, image) = (Bare::new(3), image_with(0.5));
    let mut predict = |exact| {
        net.set_exact(exact);
        assert_eq!(net.is_exact(), exact);
        net.predict(&image).unwrap()
    };
    let (exact, fast) = (predict(true), predict(false));
    assert!(exact != fast && predict(true) == exact && predict(false) == fast);
}

#[test]
fn networks_follow_the_environment() {
    let word = std::env::var("ATHENA_EXACT");
    let net = Bare::new(0);
    assert_eq!(net.is_exact(), word.as_ref().is_ok_and(|word| word == "1"));
    let outputs = net.predict(&image_with(0.5));
    match word.as_deref() {
        Ok("yes") => {
            let message = outputs.unwrap_err().to_string();
            assert_eq!(message, "ATHENA_EXACT=yes is not a valid setting: use 1 (exact) or 0 (fast), or unset it");
        }
        _ => assert_eq!(outputs.unwrap().len(), Bare::CLASSES),
    }
}

/// The variable is read once per process, so this test starts other processes: this test binary, with only the test above.
#[test]
fn the_environment_switches_all_networks() {
    for word in ["1", "0", "", "yes"] {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let output = command.args(["--exact", "networks_follow_the_environment"]).env("ATHENA_EXACT", word).output();
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("1 passed"), "{word}: {text}");
    }
}
