//! Tests every order of events with loom:
//!
//!     RUSTFLAGS="--cfg loom" cargo test --release -p athena-runtime --lib threads::tests::model
//!
//! `LOOM_MAX_PREEMPTIONS=3` tests more orders than the 2 that is set here; it takes some minutes.

use crate::threads::region::{Region, Seat};
use crate::threads::team::Team;
use crate::threads::turns::Turns;
use loom::model::Builder;
use loom::sync::Arc;
use loom::sync::atomic::{AtomicUsize, Ordering};
use loom::thread;

/// The second of two threads.
const SEAT: Seat = Seat { index: 1, of: 2 };

fn check(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(2));
    builder.check(model);
}

/// Runs a region and checks that each part is done once.
fn run(region: &Region, parts: usize) {
    let done = AtomicUsize::new(0);
    let work = |part: usize| {
        done.fetch_add(1 << (8 * part), Ordering::Relaxed);
    };
    region.run(parts, &work, || {}, || {});
    // Relaxed is enough: the region itself makes all writes of the parts visible here.
    let expected = (0..parts).map(|part| 1 << (8 * part)).sum::<usize>();
    assert_eq!(done.load(Ordering::Relaxed), expected);
}

/// Two openings, one after the other, and a helper that may be late for either: each part is done once, within its opening.
#[test]
fn each_part_is_done_once_and_run_waits_for_it() {
    check(|| {
        let region = Arc::new(Region::new());
        let helper = {
            let region = Arc::clone(&region);
            thread::spawn(move || {
                region.help(SEAT);
                region.help(SEAT);
            })
        };
        run(&region, 2);
        run(&region, 2);
        helper.join().unwrap();
    });
}

#[test]
fn two_helpers_claim_different_parts() {
    check(|| {
        let region = Arc::new(Region::new());
        let helpers = [0, 1].map(|_| {
            let region = Arc::clone(&region);
            thread::spawn(move || {
                region.help(SEAT);
            })
        });
        run(&region, 3);
        for helper in helpers {
            helper.join().unwrap();
        }
    });
}

/// A helper leaves without work while a region is opened. Either it is no longer counted, or it helps. So a region never stays
/// with its opener alone while a helper is counted.
#[test]
fn a_helper_that_leaves_is_not_counted_on() {
    check(|| {
        let team = Arc::new(Team::new());
        team.add_helper();
        let helper = {
            let team = Arc::clone(&team);
            thread::spawn(move || team.help(SEAT, || 1))
        };
        let counted = AtomicUsize::new(0);
        let opened = || counted.store(team.helpers_who_see(), Ordering::Relaxed);
        let opener = thread::current().id();
        let helped = AtomicUsize::new(0);
        let work = |_: usize| {
            if thread::current().id() != opener {
                helped.fetch_add(1, Ordering::Relaxed);
            }
        };
        let between = || {
            // A counted helper stays for the second part, or takes it before it leaves.
            while counted.load(Ordering::Relaxed) == 1 && team.region(0).is_open() && team.helpers() == 1 {
                thread::yield_now();
            }
        };
        team.region(0).run(2, &work, opened, between);
        helper.join().unwrap();
        assert_eq!(team.helpers(), 0);
    });
}

/// One permit, three callers: never two at a time, and none waits for ever.
#[test]
fn one_at_a_time_and_all_come_in() {
    check(|| {
        let (turns, within) = (Arc::new(Turns::new(1, ())), Arc::new(AtomicUsize::new(0)));
        let call = |turns: &Turns<()>, within: &AtomicUsize| {
            drop(turns.enter());
            assert_eq!(within.fetch_add(1, Ordering::Relaxed), 0, "two at a time");
            within.fetch_sub(1, Ordering::Relaxed);
            turns.leave(turns.lock());
        };
        let others = [0, 1].map(|_| {
            let (turns, within) = (Arc::clone(&turns), Arc::clone(&within));
            thread::spawn(move || call(&turns, &within))
        });
        call(&turns, &within);
        for other in others {
            other.join().unwrap();
        }
        assert_eq!((turns.waiting(), turns.free()), (0, 1));
    });
}
