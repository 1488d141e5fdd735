//! How long an expansion takes, whatever else the machine does.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// What an expansion may take. Not optimised, it takes several times as long.
pub const LIMIT: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// How long this thread has computed, where the system tells; otherwise the time of day.
pub fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let computed = std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .map(Duration::from_nanos);
    computed.unwrap_or_else(|| START.elapsed())
}
