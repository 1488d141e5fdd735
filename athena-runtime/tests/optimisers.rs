//! Optimisers and clipping against PyTorch (`tests/python/optimisers.py`), and against what their documentation promises.

mod common;

use athena_runtime::error::Error;
use athena_runtime::optim::{Adagrad, Adam, AdamW, Clip, Clipper, Optimiser, RmsProp, Sgd};
use common::Reference;

#[track_caller]
fn assert_close(name: &str, step: usize, ours: &[f32], theirs: &[f32], tolerance: f32) {
    for (i, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() <= tolerance * b.abs().max(1e-2), "{name}, step {step}, element {i}: {a} instead of {b}");
    }
}

/// Repeats the start of the reference until the buffers span several parallel chunks.
const COPIES: usize = 2000;

fn follows_torch(name: &str, mut optimiser: impl Optimiser) {
    let reference = Reference::open("optimisers");
    let start = reference.f32("start");
    let n = start.len();
    let mut parameters = start.repeat(COPIES);
    optimiser.prepare(parameters.len()).unwrap();
    let rate = optimiser.base_rate();
    let steps = reference.f32("gradients").chunks_exact(n).map(|g| g.repeat(COPIES)).collect::<Vec<_>>();
    let expected = reference.f32(name);
    assert_eq!(expected.len(), steps.len() * n);
    for (step, (gradients, theirs)) in steps.iter().zip(expected.chunks_exact(n)).enumerate() {
        optimiser.step(rate, &mut parameters, gradients).unwrap();
        for ours in parameters.chunks_exact(n) {
            assert_close(name, step, ours, theirs, 2e-6 * (step + 1) as f32);
        }
        let padding = parameters[n - 1];
        assert_eq!(padding, 0.0, "{name}: a zero weight with zero gradients moved");
    }
}

#[test]
fn sgd() {
    follows_torch("sgd", Sgd::new());
    follows_torch("sgd_decay", Sgd::new().learning_rate(0.1).weight_decay(0.01));
    let momentum = Sgd::new().learning_rate(0.1).momentum(0.9);
    follows_torch("sgd_momentum", momentum.clone().weight_decay(1e-2));
    follows_torch("sgd_dampening", momentum.clone().dampening(0.3));
    follows_torch("sgd_nesterov", momentum.nesterov(true).weight_decay(1e-2));
}

#[test]
fn adam() {
    follows_torch("adam", Adam::new());
    let settings = Adam::new().learning_rate(0.02).betas(0.8, 0.95).eps(1e-3).weight_decay(0.1);
    follows_torch("adam_settings", settings);
}

#[test]
fn adamw() {
    follows_torch("adamw", AdamW::new());
    let settings = AdamW::new().learning_rate(0.02).betas(0.8, 0.95).eps(1e-3).weight_decay(0.1);
    follows_torch("adamw_settings", settings);
}

#[test]
fn rmsprop() {
    follows_torch("rmsprop", RmsProp::new());
    follows_torch("rmsprop_settings", RmsProp::new().learning_rate(0.02).alpha(0.9).eps(1e-3).weight_decay(0.1));
    follows_torch("rmsprop_momentum", RmsProp::new().momentum(0.9));
    follows_torch("rmsprop_centered", RmsProp::new().alpha(0.9).centered(true));
    follows_torch("rmsprop_both", RmsProp::new().alpha(0.9).momentum(0.5).centered(true).weight_decay(0.1));
}

#[test]
fn adagrad() {
    follows_torch("adagrad", Adagrad::new());
    let settings =
        Adagrad::new().learning_rate(0.1).rate_decay(0.2).weight_decay(0.1).initial_accumulator(0.5).eps(1e-3);
    follows_torch("adagrad_settings", settings);
}

fn clips_as_torch(name: &str, clip: Clip) {
    let reference = Reference::open("optimisers");
    let n = reference.f32("start").len();
    let mut clipper = Clipper::new(clip, n).unwrap();
    let theirs = reference.f32(name);
    for (step, (ours, theirs)) in reference.f32("gradients").chunks_exact_mut(n).zip(theirs.chunks_exact(n)).enumerate()
    {
        clipper.apply(ours).unwrap();
        assert_close(name, step, ours, theirs, 1e-6);
    }
}

#[test]
fn clipping() {
    clips_as_torch("clip_value", Clip::Value(0.5));
    clips_as_torch("clip_norm", Clip::Norm(3.0));
    clips_as_torch("clip_norm_loose", Clip::Norm(1e4));
}

#[test]
fn clipping_by_norm_spans_chunks() {
    let mut gradients: Vec<f32> = (0..50_001).map(|i| (i % 7) as f32 - 3.0).collect();
    let norm = |g: &[f32]| g.iter().map(|&g| f64::from(g).powi(2)).sum::<f64>().sqrt();
    assert!(norm(&gradients) > 400.0);
    Clipper::new(Clip::Norm(2.0), gradients.len()).unwrap().apply(&mut gradients).unwrap();
    assert!((norm(&gradients) - 2.0).abs() < 1e-5);
}

#[test]
fn preparing_again_forgets() {
    let mut optimiser = Adam::new();
    let mut run = || {
        optimiser.prepare(3).unwrap();
        let mut parameters = [1.0, 2.0, 3.0];
        for _ in 0..3 {
            optimiser.step(0.1, &mut parameters, &[0.3, -0.2, 0.1]).unwrap();
        }
        parameters
    };
    assert_eq!(run(), run());
}

#[track_caller]
fn refused(mut optimiser: impl Optimiser, message: &str) {
    match optimiser.prepare(4) {
        Err(error @ Error::Argument { .. }) => assert_eq!(error.to_string(), message),
        other => panic!("{optimiser:?}: {other:?}"),
    }
}

#[test]
fn arguments_out_of_range_are_refused() {
    const MIN: &str = "a finite number, 0 or more";
    refused(Sgd::new().learning_rate(f64::NAN), &format!("`Sgd::learning_rate` takes {MIN}, not NaN"));
    refused(Sgd::new().momentum(-0.1), &format!("`Sgd::momentum` takes {MIN}, not -0.1"));
    refused(Sgd::new().dampening(f64::INFINITY), &format!("`Sgd::dampening` takes {MIN}, not inf"));
    refused(Sgd::new().weight_decay(-1.0), &format!("`Sgd::weight_decay` takes {MIN}, not -1"));
    refused(
        Sgd::new().nesterov(true),
        "`Sgd::nesterov` takes a momentum above 0 and no dampening, not momentum 0 and dampening 0",
    );
    refused(Adam::new().betas(0.9, 1.0), "`Adam::betas` takes 0 or more, and below 1, not 1");
    refused(AdamW::new().eps(0.0), "`AdamW::eps` takes a finite number above 0, not 0");
    refused(AdamW::new().weight_decay(f64::NAN), &format!("`AdamW::weight_decay` takes {MIN}, not NaN"));
    refused(RmsProp::new().alpha(-0.5), "`RmsProp::alpha` takes 0 or more, and below 1, not -0.5");
    refused(RmsProp::new().eps(1e-60), &format!("`RmsProp::eps` takes a finite number above 0, not {}", 1e-60));
    refused(Adagrad::new().initial_accumulator(-1.0), &format!("`Adagrad::initial_accumulator` takes {MIN}, not -1"));
    refused(Adagrad::new().rate_decay(-1.0), &format!("`Adagrad::rate_decay` takes {MIN}, not -1"));
    let error = Clipper::new(Clip::Norm(0.0), 4).unwrap_err();
    assert_eq!(error.to_string(), "`Clip::Norm` takes a finite number above 0, not 0");
    assert!(Clipper::new(Clip::Value(f64::NAN), 4).is_err());
}

#[test]
fn buffers_of_another_length_are_refused() {
    let mut optimiser = Sgd::new();
    optimiser.prepare(4).unwrap();
    let mut parameters = [1.0; 4];
    let error = optimiser.step(0.1, &mut parameters, &[1.0; 3]).unwrap_err();
    assert_eq!(error.to_string(), "`Sgd::step` takes 4 of each, as prepared, not 4 parameters and 3 gradients");
    assert_eq!(parameters, [1.0; 4]);
    let mut clipper = Clipper::new(Clip::Norm(1.0), 4).unwrap();
    assert!(clipper.apply(&mut vec![1.0; 100_000]).is_err());
}

#[test]
fn clipping_gives_the_same_bits_for_any_number_of_threads() {
    let clipped = |threads| {
        let mut gradients: Vec<f32> = (0..150_001_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32).collect();
        let clip = || Clipper::new(Clip::Norm(1.0), gradients.len()).unwrap().apply(&mut gradients).unwrap();
        athena_runtime::exec::threads::with_threads(threads, clip).unwrap();
        gradients
    };
    assert!(clipped(2) == clipped(1) && clipped(4) == clipped(1));
}
