//! Measures how long callers of one network wait, as the threads of a server: 1 to 64 callers, each with one image after the other.
//!
//!     cargo run --release --example serving [-- SECONDS]
//!
//! Prints a row of the table in docs/serving.md for each number of callers.

#[path = "common/causes.rs"]
mod causes;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use athena::Model;

use causes::with_causes;

athena::models::resnet20! { struct ResNet20 }
athena::models::resnet50! { struct ResNet50 }

const CALLERS: [usize; 7] = [1, 2, 4, 8, 16, 32, 64];

fn main() -> ExitCode {
    let seconds = match std::env::args().nth(1).map(|word| word.parse::<u32>()) {
        None => 5,
        Some(Ok(seconds @ 1..=3600)) => seconds,
        Some(_) => {
            eprintln!("error: the only argument is how many seconds each row takes, 1 to 3600");
            return ExitCode::FAILURE;
        }
    };
    let time = Duration::from_secs(seconds.into());
    println!(
        "| network | callers | images a second | mean, ms | p95, ms | longest, ms | p95, longest over fair turns |"
    );
    println!("|---|---|---|---|---|---|---|");
    let served = serve::<ResNet20>("ResNet-20", time).and_then(|()| serve::<ResNet50>("ResNet-50", time));
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

/// Prints a row for each number of callers.
fn serve<M: Model>(name: &str, time: Duration) -> Result<(), athena::Error> {
    let network = M::new(1);
    let image: Vec<f32> = (0..M::INPUT.iter().product::<usize>()).map(|i| (i * 7919 % 255) as f32 / 255.0).collect();
    for callers in CALLERS {
        let mut calls = calls(&network, &image, callers, time)?;
        calls.sort_unstable();
        let rate = calls.len() as f64 / time.as_secs_f64();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
        let mean = milliseconds(calls.iter().sum::<Duration>()) / calls.len() as f64;
        let (p95, longest) = (milliseconds(calls[calls.len() * 95 / 100]), milliseconds(calls[calls.len() - 1]));
        // With fair turns, each caller gets an equal part of the rate.
        let fair = 1e3 * callers as f64 / rate;
        println!(
            "| {name} | {callers} | {rate:.1} | {mean:.2} | {p95:.2} | {longest:.2} | {:.2}, {:.2} |",
            p95 / fair,
            longest / fair
        );
    }
    Ok(())
}

/// The durations of all calls that ended within `time`, after a warm-up of a fifth of `time`.
fn calls<M: Model>(network: &M, image: &[f32], callers: usize, time: Duration) -> Result<Vec<Duration>, athena::Error> {
    let (counting, over, all) = (&AtomicBool::new(false), &AtomicBool::new(false), &Mutex::new(Vec::new()));
    scope(|scope| {
        let callers: Vec<_> = (0..callers)
            .map(|_| {
                scope.spawn(move || {
                    let mut own = Vec::new();
                    while !over.load(Ordering::Relaxed) {
                        let (counts, before) = (counting.load(Ordering::Relaxed), Instant::now());
                        network.predict(image)?;
                        if counts {
                            own.push(before.elapsed());
                        }
                    }
                    all.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(own);
                    Ok::<(), athena::Error>(())
                })
            })
            .collect();
        sleep(time / 5);
        counting.store(true, Ordering::Relaxed);
        sleep(time);
        over.store(true, Ordering::Relaxed);
        callers
            .into_iter()
            .try_for_each(|caller| caller.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    let calls = std::mem::take(&mut *all.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    Ok(calls)
}
