//! Times a function: runs it repeatedly for two seconds, and prints a line.

use std::time::{Duration, Instant};

/// How long each case runs.
const TIME: Duration = Duration::from_secs(2);

/// The smallest number of runs.
const FEWEST: usize = 10;

/// Times `run`, which processes `images` images per call, and prints the shortest and the median time, and the images per second of the median.
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
