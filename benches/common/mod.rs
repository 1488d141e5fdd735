//! How long something takes: run again and again for two seconds, printed as a line.

use std::time::{Duration, Instant};

/// How long each case runs.
const TIME: Duration = Duration::from_secs(2);

/// Runs that are always made, however long they take.
const FEWEST: usize = 10;

/// Runs `run`, which takes so many images at once, and prints the fastest and the median time and the images a second of the median.
pub fn measure<T>(case: &str, images: usize, mut run: impl FnMut() -> T) {
    run();
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < FEWEST || start.elapsed() < TIME {
        let before = Instant::now();
        std::hint::black_box(run());
        times.push(before.elapsed());
    }
    times.sort_unstable();
    let (fastest, median) = (times[0].as_secs_f64(), times[times.len() / 2].as_secs_f64());
    let speed = images as f64 / median;
    println!("{case:<32} fastest {:9.3} ms  median {:9.3} ms  {speed:9.0} images/s", 1e3 * fastest, 1e3 * median);
}
