//! Many threads call networks at the same time, as in a server. None hangs, none waits longer than its turn, and no memory or
//! thread is left behind.
//!
//! The short forms run with the others. The long ones run for `ATHENA_STRESS_SECONDS` each (600 unless set):
//!
//!     cargo test --release --test stress -- --ignored --nocapture --test-threads 1
#![allow(missing_docs)]

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Barrier, Mutex};
use std::thread::{Builder, scope, sleep};
use std::time::{Duration, Instant};

use athena::InferenceWorkspace;
use athena::prelude::*;
use athena::threads::Pool;
use athena_runtime::threads::for_each_index;

resnet! {
    /// A network with all kinds of phases: divided convolutions, groups of images, barriers, linear layers.
    struct Net(3x16x16) -> 10 {
        input -> conv(16, 3x3) -> batch_norm -> relu
            -> 2 * basic(32)
            -> max_pool(2)
            -> basic(64)
            -> global_avg_pool -> flatten -> linear(64, activation = relu) -> linear(10)
    }

    block basic(filters) {
        let shortcut = input -> shortcut(filters);
        input -> conv(filters, 3x3) -> batch_norm -> relu -> conv(filters, 3x3) -> batch_norm -> + shortcut -> relu
    }
}

athena::models::resnet20! { struct ResNet20 }

const IMAGE: usize = 3 * 16 * 16;

fn images(count: usize, numbers: usize) -> Vec<f32> {
    (0..(count * numbers) as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 1e7 - 0.8).collect()
}

/// Ends the process if nothing has happened for half a minute, because a thread that hangs cannot be joined.
struct Watchdog<'a> {
    calls: &'a AtomicU64,
    over: &'a AtomicBool,
}

impl Watchdog<'_> {
    fn watch(&self, what: &str) {
        let mut last = (0, Instant::now());
        while !self.over.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(50));
            let calls = self.calls.load(Ordering::Relaxed);
            if calls != last.0 {
                last = (calls, Instant::now());
            } else if last.1.elapsed() > Duration::from_secs(30) {
                eprintln!("{what}: no call came back for 30 s, after {calls} calls");
                std::process::abort();
            }
        }
    }
}

/// Runs `callers` threads for this time, with a pool of `threads`. They predict with one shared network, and train a network of their
/// own. Every result is compared with that of a single thread.
fn hammer(threads: usize, callers: usize, pause: Option<Duration>, time: Duration) -> u64 {
    let images = images(3, IMAGE);
    let network = Net::new(1);
    let expected = [1, 3].map(|n| with_threads(1, || network.predict(&images[..n * IMAGE]).unwrap()).unwrap());
    let step = || {
        let mut trainer = Trainer::builder(Net::new(2)).optimiser(Sgd::new().learning_rate(0.1)).build().unwrap();
        let batch = Batch::new(&images[..2 * IMAGE], vec![1_u32, 2]).unwrap();
        move || trainer.step(&batch).unwrap().metrics.loss
    };
    let losses: Vec<u64> = with_threads(1, || {
        let mut step = step();
        (0..3).map(|_| step().to_bits()).collect()
    })
    .unwrap();
    let (pool, calls, over) = (Pool::new(threads).unwrap(), AtomicU64::new(0), AtomicBool::new(false));
    let (pool, calls, over) = (&pool, &calls, &over);
    scope(|scope| {
        scope.spawn(move || Watchdog { calls, over }.watch(&format!("{threads} threads, {callers} callers")));
        let callers: Vec<_> = (0..callers)
            .map(|caller| {
                let (network, images, expected, losses, step) = (&network, &images, &expected, &losses, &step);
                scope.spawn(move || {
                    pool.install(|| {
                        let start = Instant::now();
                        for round in caller.. {
                            if start.elapsed() > time {
                                break;
                            }
                            match round % 4 {
                                0 => assert!(network.predict(images).unwrap() == expected[1]),
                                1 => {
                                    let mut step = step();
                                    losses.iter().for_each(|&loss| assert!(step().to_bits() == loss));
                                }
                                _ => assert!(network.predict(&images[..IMAGE]).unwrap() == expected[0]),
                            }
                            calls.fetch_add(1, Ordering::Relaxed);
                            if let Some(pause) = pause {
                                sleep(pause);
                            }
                        }
                    });
                })
            })
            .collect();
        callers.into_iter().for_each(|caller| caller.join().unwrap());
        over.store(true, Ordering::Relaxed);
    });
    calls.load(Ordering::Relaxed)
}

#[test]
fn callers_of_one_pool_all_get_their_answers() {
    for (threads, callers, pause) in [(3, 8, Some(300)), (8, 8, None), (64, 16, Some(100)), (2, 32, None), (1, 8, None)]
    {
        let pause = pause.map(Duration::from_micros);
        assert!(hammer(threads, callers, pause, Duration::from_millis(300)) > 0);
    }
}

/// No call is overtaken for long, and the stack of a thread has one call, not those of others that wait.
#[test]
fn five_hundred_callers_each_get_their_turn() {
    const CALLERS: usize = 512;
    const CALLS: usize = 20;
    let (network, images) = (&ResNet20::new(1), &images(1, 3 * 32 * 32));
    let (start, longest, sum) = (&Barrier::new(CALLERS), &Mutex::new(Duration::ZERO), &Mutex::new(Duration::ZERO));
    scope(|scope| {
        for _ in 0..CALLERS {
            let caller = Builder::new().stack_size(256 << 10).spawn_scoped(scope, move || {
                start.wait();
                // The first round's callers come one after the other, as threads start.
                network.predict(images).unwrap();
                for _ in 0..CALLS {
                    let before = Instant::now();
                    network.predict(images).unwrap();
                    let time = before.elapsed();
                    *sum.lock().unwrap() += time;
                    let mut longest = longest.lock().unwrap();
                    *longest = time.max(*longest);
                }
            });
            caller.unwrap();
        }
    });
    let mean = *sum.lock().unwrap() / (CALLERS * CALLS) as u32;
    let longest = *longest.lock().unwrap();
    println!("{CALLERS} callers: {mean:?} a call, at most {longest:?}");
    assert!(longest < 4 * mean, "{longest:?}, where the mean is {mean:?}");
}

/// Kilobytes that this process has in memory.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn resident() -> u64 {
    // SAFETY: gives the system what the allocator keeps for later; it has no preconditions.
    unsafe { libc::malloc_trim(0) };
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

/// Kilobytes that are allocated, without what the allocator keeps for later.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[allow(unsafe_code)]
fn allocated() -> u64 {
    // SAFETY: reads counters; it has no preconditions.
    let info = unsafe { libc::mallinfo2() };
    ((info.uordblks + info.hblkhd) / 1024) as u64
}

/// Threads of this process.
#[cfg(target_os = "linux")]
fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

/// It runs in its own process, because the memory and threads of other tests would count.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn nothing_stays_behind_of_callers_that_end() {
    let this = std::env::current_exe().unwrap();
    let test = ["--ignored", "--exact", "short_threads_leave_nothing", "--nocapture", "--test-threads", "1"];
    // With one arena for all threads, what glibc keeps for later does not depend on which threads ran at the same time.
    let output = std::process::Command::new(this).args(test).env("MALLOC_ARENA_MAX", "1").output().unwrap();
    print!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// 5,000 threads that make a workspace, a step and a prediction, and end.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
#[ignore = "in a process of its own: nothing_stays_behind_of_callers_that_end runs it"]
fn short_threads_leave_nothing() {
    let (network, images) = (&Net::new(1), &images(2, IMAGE));
    let many = |count: usize| {
        for _ in 0..count / 4 {
            scope(|scope| {
                for _ in 0..4 {
                    scope.spawn(|| {
                        network.predict(&images[..IMAGE]).unwrap();
                        let mut workspace = InferenceWorkspace::<Net>::new(1).unwrap();
                        workspace.outputs(network, &images[..IMAGE]).unwrap();
                        for_each_index(3, &|_| {});
                    });
                }
            });
        }
    };
    many(200);
    let before = (allocated(), resident());
    many(5000);
    let after = (allocated(), resident());
    println!("5,000 threads: {} kB allocated before, {} after", before.0, after.0);
    println!("{} kB resident before, {} after", before.1, after.1);
    assert!(after.0 < before.0 + 64);
    assert!(after.1 < before.1 + (1 << 10));
    // This one, the harness's, and the pool's: those that have ended may take a moment to be gone.
    let most = 2 + std::thread::available_parallelism().map_or(1, usize::from);
    let start = Instant::now();
    while threads() > most {
        assert!(start.elapsed() < Duration::from_secs(10), "{} threads are left", threads());
        sleep(Duration::from_millis(10));
    }
}

/// A prediction in a rayon task takes the stack of its own call only, however many tasks wait.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn rayon_tasks_may_predict() {
    let network = &Net::new(1);
    let images = &images(1, IMAGE);
    let expected = &network.predict(images).unwrap();
    let before = resident();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
    let done = &AtomicUsize::new(0);
    pool.scope(|scope| {
        for _ in 0..10_000 {
            scope.spawn(move |_| {
                assert!(network.predict(images).unwrap() == *expected);
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(done.load(Ordering::Relaxed), 10_000);
    assert!(resident() < before + (64 << 10), "{} kB before, {} after", before, resident());
}

/// A forked child has none of its parent's threads, and can still predict.
#[cfg(target_os = "linux")]
#[test]
#[allow(unsafe_code)]
fn a_process_that_forked_predicts() {
    let (network, images) = (Net::new(1), images(1, IMAGE));
    let expected = network.predict(&images).unwrap();
    // SAFETY: the child calls what the parent called before, and ends without unwinding.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let same = network.predict(&images).is_ok_and(|found| found == expected);
        // SAFETY: ends the child at once.
        unsafe { libc::_exit(if same { 7 } else { 8 }) };
    }
    let (mut status, start) = (0, Instant::now());
    // SAFETY: waits for the child that was forked above; the status is this function's own.
    while unsafe { libc::waitpid(child, &raw mut status, libc::WNOHANG) } == 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "the child hangs");
        sleep(Duration::from_millis(5));
    }
    assert!(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 7, "the child ended with status {status}");
}

fn time() -> Duration {
    Duration::from_secs(std::env::var("ATHENA_STRESS_SECONDS").map_or(600, |seconds| seconds.parse().expect("seconds")))
}

fn hammer_long(threads: usize) {
    let (time, pause) = (time(), Duration::from_micros(300));
    // Both at the same time: they have a pool each.
    scope(|scope| {
        let with = scope.spawn(|| hammer(threads, threads.max(8), Some(pause), time));
        let without = hammer(threads, threads.max(8), None, time);
        let with = with.join().unwrap();
        println!("{threads} threads for {time:?}: {with} calls with pauses of {pause:?}, {without} without");
    });
}

#[test]
#[ignore = "ten minutes"]
fn three_threads_for_long() {
    hammer_long(3);
}

#[test]
#[ignore = "ten minutes"]
fn four_threads_for_long() {
    hammer_long(4);
}

#[test]
#[ignore = "ten minutes"]
fn eight_threads_for_long() {
    hammer_long(8);
}

#[test]
#[ignore = "ten minutes"]
fn sixty_four_threads_for_long() {
    hammer_long(64);
}
