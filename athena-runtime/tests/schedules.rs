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
        Schedule::constant().warm_up_from(Span::Steps(1), 2.0),
    ] {
        assert!(schedule.check().is_err(), "{schedule:?}");
    }
}
