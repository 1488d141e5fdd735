//! Measures the time of an expansion, independently of the load of the machine.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// The time limit of an expansion. Without optimisation it takes several times as long.
pub const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// The CPU time of this thread, if the system provides it; otherwise the wall-clock time.
pub fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let computed = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map(Duration::from_nanos);
    computed.unwrap_or_else(|| START.elapsed())
}
