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
        athena_runtime::threads::with_threads(threads, clip).unwrap();
        gradients
    };
    assert!(clipped(2) == clipped(1) && clipped(4) == clipped(1));
}

/// Makes an optimiser, prepared for `len` parameters.
type Make = fn(usize) -> Box<dyn Optimiser>;

fn prepared(mut optimiser: impl Optimiser + 'static, len: usize) -> Box<dyn Optimiser> {
    optimiser.prepare(len).unwrap();
    Box::new(optimiser)
}

const ALL: [Make; 10] = [
    |len| prepared(Sgd::new(), len),
    |len| prepared(Sgd::new().momentum(0.9).weight_decay(0.1), len),
    |len| prepared(Sgd::new().momentum(0.9).dampening(3.0), len),
    |len| prepared(Sgd::new().momentum(0.9).nesterov(true), len),
    |len| prepared(Adam::new().weight_decay(0.1), len),
    |len| prepared(AdamW::new(), len),
    |len| prepared(RmsProp::new(), len),
    |len| prepared(RmsProp::new().momentum(0.9).centered(true), len),
    |len| prepared(RmsProp::new().centered(true), len),
    |len| prepared(Adagrad::new(), len),
];

/// Gradients of any size, up to so many, and zeros.
fn gradients_up_to(largest: f32, len: usize, seed: u32) -> Vec<f32> {
    let number = |i: u32| (i.wrapping_mul(2_654_435_761).wrapping_add(seed) >> 8) as f32 / (1 << 24) as f32 - 0.5;
    let mut gradients: Vec<f32> = (0..len as u32).map(|i| 2.0 * largest * number(i)).collect();
    gradients[len / 2] = largest;
    gradients[len / 3] = 0.0;
    gradients
}

#[test]
fn a_step_is_taken_as_a_whole_or_leaves_no_trace() {
    // Several chunks, the last one short.
    const LEN: usize = 40_000;
    for (kind, make) in ALL.into_iter().enumerate() {
        for (rate, largest) in
            [(0.1, f32::NAN), (0.1, f32::INFINITY), (3e38, 7.0), (1e30, 1e15), (0.1, 1e25), (1.0, 3e38)]
        {
            let run = |failing: bool| {
                let (mut optimiser, mut parameters) = (make(LEN), vec![0.5; LEN]);
                let mut refused = false;
                for step in 0..3 {
                    if failing {
                        let before = parameters.clone();
                        let gradients = gradients_up_to(largest, LEN, step);
                        match optimiser.step(rate, &mut parameters, &gradients) {
                            Err(Error::Update { index, value, .. }) => {
                                assert!(index < LEN && !value.is_finite());
                                assert!(parameters == before, "optimiser {kind} has moved");
                                refused = true;
                            }
                            // Taken: finite, and there is nothing to compare.
                            Ok(()) => {
                                assert!(
                                    parameters.iter().all(|p| p.is_finite()),
                                    "optimiser {kind}, {rate}, {largest}"
                                );
                                return (None, refused);
                            }
                            Err(other) => panic!("{other}"),
                        }
                    }
                    optimiser.step(0.01, &mut parameters, &gradients_up_to(1.0, LEN, 7 + step)).unwrap();
                }
                (Some(parameters), refused)
            };
            let (expected, _) = run(false);
            let (found, refused) = run(true);
            assert!(found.is_none() || found == expected, "optimiser {kind} remembers a step that it refused");
            assert!(refused || largest.is_finite(), "optimiser {kind} takes {largest}");
        }
    }
}

#[test]
fn bounds_are_no_reason_to_refuse_a_step() {
    // Near the end of f32, where no bound proves anything, but every result is finite; and back to usual numbers.
    for (kind, make) in ALL.into_iter().enumerate() {
        // Adam's decay enters the gradient, whose square has to fit.
        let large = if kind == 4 { 1e19 } else { 1e38 };
        let (mut optimiser, mut parameters) = (make(3), [large, -1.0, 0.0]);
        for gradients in [[0.0, 1e17, 0.0], [0.0, -1e18, 0.0], [1e-3, 0.5, 0.0], [1e-3, 0.5, 0.0]] {
            optimiser
                .step(1e-3, &mut parameters, &gradients)
                .unwrap_or_else(|error| panic!("optimiser {kind}: {error}"));
            assert!(
                parameters.iter().all(|p| p.is_finite()) && parameters[2] == 0.0,
                "optimiser {kind}: {parameters:?}"
            );
        }
    }
}

#[test]
fn rates_that_no_step_can_take_are_refused() {
    for make in ALL {
        let (mut optimiser, mut parameters) = (make(2), [1.0, 2.0]);
        for rate in [f64::NAN, f64::INFINITY, -0.1, 1e39] {
            let error = optimiser.step(rate, &mut parameters, &[0.5, 0.5]).unwrap_err();
            assert!(matches!(error, Error::Argument { .. }), "{error}");
        }
        assert_eq!(parameters, [1.0, 2.0]);
    }
}

#[test]
fn clipping_does_not_hide_gradients_that_are_not_finite() {
    for clip in [Clip::Norm(1.0), Clip::Value(1.0)] {
        for broken in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let mut gradients = [3.0, broken, 0.5];
            let error = Clipper::new(clip, 3).unwrap().apply(&mut gradients).unwrap_err();
            assert_eq!(error.to_string(), format!("`Clipper::apply` takes finite gradients, not {broken} at index 1"));
            assert_eq!((gradients[0], gradients[2]), (3.0, 0.5));
        }
        // Squares that f32 does not hold.
        let mut gradients = [3e38, -3e38, 0.0];
        Clipper::new(clip, 3).unwrap().apply(&mut gradients).unwrap();
        assert!(gradients.iter().all(|g| g.abs() <= 1.0) && gradients[0] > 0.7 && gradients[1] < -0.7, "{gradients:?}");
    }
}
