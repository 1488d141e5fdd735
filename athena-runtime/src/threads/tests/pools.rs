//! Tests of work on pools.

use crate::error::Error;
use crate::float_control::{FloatControl, flushing_subnormals};
use crate::threads::{Pool, attended, count, for_each_chunk, for_each_index, in_turn, with_threads};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{ThreadId, current, scope, sleep};
use std::time::Duration;

/// The threads that do `parts` parts, each of which takes a moment.
fn workers(parts: usize) -> HashSet<ThreadId> {
    let seen = Mutex::new(HashSet::new());
    for_each_index(parts, &|_| {
        sleep(Duration::from_millis(2));
        seen.lock().unwrap().insert(current().id());
    });
    seen.into_inner().unwrap()
}

#[test]
fn a_pool_has_so_many_threads_and_the_caller_is_one() {
    for threads in [1, 2, 3, 5] {
        let pool = Pool::new(threads).unwrap();
        let seen = pool.install(|| {
            assert_eq!(count().unwrap(), threads);
            workers(40)
        });
        assert_eq!((seen.len(), seen.contains(&current().id())), (threads, true));
    }
}

#[test]
fn a_slip_of_the_keyboard_starts_no_thread() {
    let refused = with_threads(100_000, || panic!("nothing runs"));
    assert!(matches!(refused, Err::<(), _>(Error::Threads { threads: 100_000, .. })));
}

#[test]
fn a_thousand_threads_start_at_once() {
    let start = std::time::Instant::now();
    with_threads(1000, || for_each_index(10, &|_| {})).unwrap();
    assert!(start.elapsed() < Duration::from_secs(2), "took {:?}", start.elapsed());
}

#[test]
fn no_thread_outlives_its_pool() {
    static GONE: AtomicUsize = AtomicUsize::new(0);
    struct Witness;
    impl Drop for Witness {
        fn drop(&mut self) {
            // Long enough that a caller that does not wait would fail the test.
            sleep(Duration::from_millis(50));
            GONE.fetch_add(1, Ordering::Relaxed);
        }
    }
    thread_local!(static WITNESS: Witness = const { Witness });
    with_threads(3, || {
        for_each_index(30, &|_| {
            WITNESS.with(|_| ());
            sleep(Duration::from_millis(2));
        });
    })
    .unwrap();
    // The two that the pool started; the third is this thread.
    assert_eq!(GONE.load(Ordering::Relaxed), 2);
}

#[test]
fn chunks_are_all_visited_once() {
    for threads in [1, 2, 4] {
        for (len, chunk) in [(103, 10), (1000, 1), (5, 100), (64, 1), (65, 1)] {
            let mut floats = vec![0.0; len];
            with_threads(threads, || {
                for_each_chunk(&mut floats, chunk, &|index, chunk| {
                    chunk.iter_mut().for_each(|x| *x += index as f32 + 1.0);
                });
                for_each_chunk(&mut [], chunk, &|_, _| panic!("there is no chunk"));
            })
            .unwrap();
            for (i, x) in floats.into_iter().enumerate() {
                assert_eq!(x, (i / chunk) as f32 + 1.0);
            }
        }
    }
}

#[test]
fn indices_are_all_visited_once_however_deep() {
    for threads in [1, 3] {
        for counts in [[3, 5, 7], [40, 3, 2], [1, 20, 2], [70_000, 1, 1]] {
            let sum = AtomicUsize::new(0);
            with_threads(threads, || {
                for_each_index(counts[0], &|a| {
                    for_each_index(counts[1], &|b| {
                        for_each_index(counts[2], &|c| {
                            sum.fetch_add((a * counts[1] + b) * counts[2] + c, Ordering::Relaxed);
                        });
                    });
                });
            })
            .unwrap();
            let all: usize = counts.iter().product();
            assert_eq!(sum.into_inner(), all * (all - 1) / 2, "{counts:?}");
        }
    }
}

/// Parts of inner regions are also divided: for a single image, all threads work on its steps.
#[test]
fn helpers_work_on_what_is_within_a_part() {
    let seen = Mutex::new(HashSet::new());
    with_threads(3, || {
        in_turn(|| {
            attended(3, || {
                for_each_index(1, &|_| seen.lock().unwrap().extend(workers(40)));
            });
        })
        .unwrap();
    })
    .unwrap();
    assert_eq!(seen.into_inner().unwrap().len(), 3);
}

#[test]
fn a_panic_goes_on_in_the_caller_once_all_other_parts_are_done() {
    for threads in [1, 2, 4] {
        let pool = Pool::new(threads).unwrap();
        for bad in [0, 7, 19] {
            let done = AtomicUsize::new(0);
            let caught = catch_unwind(AssertUnwindSafe(|| {
                pool.install(|| {
                    for_each_index(20, &|part| {
                        assert!(part != bad, "from within");
                        done.fetch_add(1, Ordering::Relaxed);
                    });
                });
            }));
            let message = *caught.unwrap_err().downcast::<&str>().unwrap();
            assert_eq!(message, "from within");
            // A single thread stops at the panic.
            assert_eq!(done.into_inner(), if threads == 1 { bad } else { 19 });
            // The pool still works.
            assert_eq!(pool.install(|| workers(40)).len(), threads);
        }
    }
}

#[test]
fn helpers_flush_where_the_caller_does() {
    let words = || {
        let words = Mutex::new(HashSet::new());
        for_each_index(30, &|_| {
            sleep(Duration::from_millis(1));
            words.lock().unwrap().insert(format!("{:?}", FloatControl::current()));
        });
        words.into_inner().unwrap()
    };
    with_threads(3, || {
        let own = FloatControl::current();
        let flushed = flushing_subnormals(words);
        assert_eq!(flushed, HashSet::from([format!("{:?}", own.flushing())]));
        assert_eq!(words(), HashSet::from([format!("{own:?}")]));
    })
    .unwrap();
}

#[test]
fn a_pool_may_be_shared_and_installed_within_another() {
    let (outer, inner) = (Pool::new(2).unwrap(), Pool::new(3).unwrap());
    scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                outer.install(|| {
                    for_each_index(4, &|_| {
                        assert_eq!(inner.install(|| workers(12)).len() / 4, 0);
                        assert_eq!(inner.install(|| count().unwrap()), 3);
                    });
                    assert_eq!(count().unwrap(), 2);
                });
            });
        }
    });
}
