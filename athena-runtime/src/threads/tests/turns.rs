//! Tests of turns.

use crate::threads::turns::Turns;
use crate::threads::{Pool, for_each_index, in_turn};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{current, scope, sleep};
use std::time::Duration;

#[test]
fn callers_are_let_in_in_the_order_in_which_they_came() {
    let (turns, order) = (Turns::new(1, ()), Mutex::new(Vec::new()));
    scope(|scope| {
        let first = turns.enter();
        drop(first);
        for caller in 0..100 {
            let (turns, order) = (&turns, &order);
            scope.spawn(move || {
                drop(turns.enter());
                order.lock().unwrap().push(caller);
                turns.leave(turns.lock());
            });
            while turns.waiting() <= caller {
                std::thread::yield_now();
            }
        }
        turns.leave(turns.lock());
    });
    assert_eq!(order.into_inner().unwrap(), Vec::from_iter(0..100));
    assert_eq!((turns.waiting(), turns.free()), (0, 1));
}

#[test]
fn no_more_threads_work_at_a_time_than_the_pool_has() {
    let pool = Pool::new(3).unwrap();
    let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| {
                pool.install(|| {
                    for _ in 0..20 {
                        for_each_index(8, &|_| {
                            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                            sleep(Duration::from_micros(200));
                            now.fetch_sub(1, Ordering::SeqCst);
                        });
                    }
                });
            });
        }
    });
    assert_eq!(most.into_inner(), 3);
}

/// A thread that waits for its parts never begins another caller's.
#[test]
fn waiting_runs_no_foreign_work() {
    thread_local!(static DEPTH: AtomicUsize = const { AtomicUsize::new(0) });
    let pool = Pool::new(4).unwrap();
    scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                pool.install(|| {
                    for _ in 0..50 {
                        for_each_index(6, &|part| {
                            let depth = DEPTH.with(|depth| depth.fetch_add(1, Ordering::Relaxed));
                            assert_eq!(depth, 0, "a part above another on one stack");
                            sleep(Duration::from_micros(50 * part as u64));
                            DEPTH.with(|depth| depth.fetch_sub(1, Ordering::Relaxed));
                        });
                    }
                });
            });
        }
    });
}

/// A call within a call already has its turn, and a single call gets all threads again after the others have ended.
#[test]
fn a_call_within_a_call_does_not_wait() {
    for threads in [1, 2] {
        let pool = Pool::new(threads).unwrap();
        let seen = Mutex::new(std::collections::HashSet::new());
        pool.install(|| {
            in_turn(|| in_turn(|| for_each_index(3, &|_| in_turn(|| ()).unwrap())).unwrap()).unwrap();
            for_each_index(40, &|_| {
                sleep(Duration::from_millis(1));
                seen.lock().unwrap().insert(current().id());
            });
        });
        assert_eq!(seen.into_inner().unwrap().len(), threads);
    }
}
