//! Schedules against `torch.optim.lr_scheduler`, step by step (`tests/python/schedules.py`).

mod common;

use athena_runtime::optim::{Horizon, OneCycle, Schedule, Span};
use common::Reference;

const BASE: f64 = 0.4;
const HORIZON: Horizon = Horizon { steps_per_epoch: 5, epochs: 12 };

fn follows_torch(name: &str, schedule: Schedule) {
    schedule.check().unwrap();
    let theirs = Reference::open("schedules").f64(name);
    assert_eq!(theirs.len() as u64, HORIZON.steps());
    for (step, theirs) in theirs.into_iter().enumerate() {
        let ours = schedule.rate(BASE, step as u64, Some(HORIZON)).unwrap();
        assert!((ours - theirs).abs() <= 1e-12, "{name}, step {step}: {ours} instead of {theirs}");
    }
}

#[test]
fn constant_step_and_milestones() {
    use Span::{Epochs, Steps};
    follows_torch("constant", Schedule::constant());
    follows_torch("constant_warm", Schedule::constant().warm_up_from(Steps(7), 1.0 / 3.0));
    follows_torch("step_steps", Schedule::step(Steps(7), 0.5));
    follows_torch("step_epochs", Schedule::step(Epochs(3), 0.1));
    follows_torch("step_warm", Schedule::step(Steps(7), 0.5).warm_up(Epochs(2)));
    let milestones = Schedule::milestones([Steps(6), Epochs(4), Epochs(8)], 0.1);
    follows_torch("milestones", milestones.clone());
    follows_torch("milestones_warm", milestones.warm_up(Steps(10)));
}

#[test]
fn cosine() {
    follows_torch("cosine", Schedule::cosine());
    follows_torch("cosine_floor", Schedule::cosine_to(0.05));
    follows_torch("cosine_warm", Schedule::cosine().warm_up(Span::Epochs(2)));
}

#[test]
fn one_cycle() {
    follows_torch("one_cycle", Schedule::one_cycle());
    let shape = OneCycle { rising: 0.5, div: 10.0, final_div: 100.0 };
    follows_torch("one_cycle_settings", Schedule::one_cycle_with(shape));
    follows_torch("one_cycle_warm", Schedule::one_cycle().warm_up(Span::Steps(10)));
}

#[test]
fn no_schedule_leaves_its_range_however_short_or_long_the_training() {
    let schedules = [Schedule::cosine_to(0.01), Schedule::one_cycle(), Schedule::cosine().warm_up(Span::Steps(3))];
    for schedule in schedules {
        for steps in 1..12 {
            let horizon = Some(Horizon { steps_per_epoch: steps, epochs: 1 });
            for step in 0..20 {
                let rate = schedule.rate(BASE, step, horizon).unwrap();
                assert!((0.0..=BASE).contains(&rate), "{schedule:?}, step {step} of {steps}: {rate}");
            }
        }
    }
}

/// Every schedule beside spans that are shorter than the training, as long, and longer.
#[test]
fn spans_of_any_length_follow_torch() {
    let reference = Reference::open("schedules");
    let mut cases = 0;
    for steps in [1, 2, 4, 5, 20] {
        let whole = steps % 4 == 0;
        let horizon = if whole {
            Horizon { steps_per_epoch: 4, epochs: steps / 4 }
        } else {
            Horizon { steps_per_epoch: steps, epochs: 1 }
        };
        // The same length in steps and, where it is a whole number of them, in epochs of four.
        let spans = |len: u64| {
            [Span::Steps(len), if whole && len.is_multiple_of(4) { Span::Epochs(len / 4) } else { Span::Steps(len) }]
        };
        for warm in [0, 1, 4, 5, 8, 40] {
            let mut follows = |name: &str, schedule: Schedule| {
                let name = format!("{name}/{steps}/{warm}");
                let theirs = reference.f64(&name);
                assert_eq!(theirs.len() as u64, steps, "{name}");
                for span in spans(warm) {
                    let schedule = if warm == 0 { schedule.clone() } else { schedule.clone().warm_up(span) };
                    schedule.check().unwrap();
                    for (step, theirs) in theirs.iter().enumerate() {
                        let ours = schedule.rate(BASE, step as u64, Some(horizon)).unwrap();
                        assert!(
                            (ours - theirs).abs() <= 1e-12,
                            "{name} by {span:?}, step {step}: {ours} instead of {theirs}"
                        );
                        cases += 1;
                    }
                }
            };
            follows("constant", Schedule::constant());
            follows("cosine 0.0", Schedule::cosine());
            follows("cosine 0.01", Schedule::cosine_to(0.01));
            follows("one_cycle", Schedule::one_cycle());
            for between in [1, 4, 6, 100] {
                for (span, third) in spans(between).into_iter().zip(spans(3 * between)) {
                    follows(&format!("step {between}"), Schedule::step(span, 0.5));
                    follows(&format!("milestones {between}"), Schedule::milestones([span, third], 0.1));
                }
            }
        }
    }
    assert_eq!(cases, 2 * 32 * 6 * 20);
}

#[test]
fn a_rise_as_long_as_the_training_or_longer_still_trains() {
    for schedule in [Schedule::cosine(), Schedule::one_cycle(), Schedule::cosine_to(0.01), Schedule::constant()] {
        for span in [Span::Epochs(1), Span::Epochs(7), Span::Steps(u64::MAX), Span::Epochs(u64::MAX)] {
            for steps in 1..5 {
                let horizon = Some(Horizon { steps_per_epoch: steps, epochs: 1 });
                let rate = schedule.clone().warm_up(span).rate(BASE, 0, horizon).unwrap();
                assert!(rate >= 0.01 * BASE / 25.0, "{schedule:?} behind {span:?}: {rate}");
            }
        }
    }
}

#[test]
fn rates_beyond_f32_are_refused() {
    let growing = Schedule::step(Span::Steps(1), 10.0);
    assert_eq!(growing.rate(1.0, 38, None).unwrap(), 1e38);
    let message = growing.rate(1.0, 39, None).unwrap_err().to_string();
    assert_eq!(message, "`Schedule` takes at most 3.4028235e38, the largest f32, not 1e39");
    assert!(growing.rate(1.0, 400, None).is_err() && Schedule::constant().rate(f64::NAN, 0, None).is_err());
}

#[test]
fn a_horizon_without_steps_is_refused() {
    for (steps_per_epoch, epochs) in [(0, 3), (3, 0)] {
        let horizon = Some(Horizon { steps_per_epoch, epochs });
        let message = Schedule::cosine().rate(BASE, 0, horizon).unwrap_err().to_string();
        assert!(message.contains("at least one step") && message.contains(&format!("{epochs} epochs")), "{message}");
    }
}

#[test]
fn a_schedule_that_ends_with_the_training_needs_its_length() {
    let expected = "`Schedule` takes the length of the training, on which this schedule depends (tell a trainer by `trainer.begin(Horizon { \
                    steps_per_epoch, epochs })` before the first `step`, or train by `fit`), not none";
    for schedule in [
        Schedule::cosine(),
        Schedule::one_cycle(),
        Schedule::step(Span::Epochs(1), 0.5),
        Schedule::constant().warm_up(Span::Epochs(1)),
    ] {
        assert_eq!(schedule.rate(BASE, 0, None).unwrap_err().to_string(), expected);
    }
    assert_eq!(Schedule::step(Span::Steps(2), 0.5).rate(BASE, 5, None).unwrap(), BASE / 4.0);
}

#[test]
fn numbers_out_of_range_are_refused() {
    for schedule in [
        Schedule::step(Span::Steps(0), 0.5),
        Schedule::step(Span::Steps(1), f64::NAN),
        Schedule::milestones([], -1.0),
        Schedule::cosine_to(-1.0),
        Schedule::one_cycle_with(OneCycle { rising: 1.5, ..OneCycle::default() }),
        Schedule::one_cycle_with(OneCycle { div: 0.0, ..OneCycle::default() }),
        Schedule::one_cycle_with(OneCycle { div: 1e-40, ..OneCycle::default() }),
        Schedule::one_cycle_with(OneCycle { div: 1e-20, final_div: 1e-20, ..OneCycle::default() }),
        Schedule::one_cycle_with(OneCycle { final_div: 1e300, ..OneCycle::default() }),
        Schedule::one_cycle_with(OneCycle { rising: f64::NAN, ..OneCycle::default() }),
        Schedule::step(Span::Steps(1), 1e39),
        Schedule::milestones([Span::Steps(1)], 1e300),
        Schedule::cosine_to(1e39),
        Schedule::cosine_to(f64::INFINITY),
        Schedule::constant().warm_up_from(Span::Steps(1), 2.0),
        Schedule::constant().warm_up_from(Span::Steps(1), f64::NAN),
        // PyTorch refuses it as well: the first step would do nothing.
        Schedule::constant().warm_up_from(Span::Steps(1), 0.0),
    ] {
        assert!(schedule.check().is_err(), "{schedule:?}");
    }
}
