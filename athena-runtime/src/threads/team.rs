//! A team: the threads that work on one call. They are the caller and its helpers.

use super::region::{Region, Seat};
use super::sync::{AtomicBool, AtomicUsize, Ordering, patience, spin, yield_now};
use std::array::from_fn;

/// The largest number of inner regions, which are opened in the parts of another one: one for each shard of a phase.
pub const INNER: usize = if cfg!(loom) { 1 } else { 16 };

/// The number of checks of a helper without work before it leaves the team. They take some 50 µs, so that it is still there for
/// the next region, or the next call of a loop. Waking a sleeping thread takes about as long.
const LOOKS: u32 = patience(1000);

/// The regions of one call, and its helpers.
#[derive(Debug)]
pub struct Team {
    /// The first is the call's own; the others are opened within its parts.
    regions: [Line<Region>; 1 + INNER],
    helpers: Line<AtomicUsize>,
    /// Whether helpers stay while they find nothing to do, because more regions will follow soon.
    attended: AtomicBool,
}

/// A value on its own cache lines, so that threads that write to neighbouring values do not disturb each other.
#[derive(Debug)]
#[repr(align(128))]
struct Line<T>(T);

impl Team {
    pub fn new() -> Self {
        Self {
            regions: from_fn(|_| Line(Region::new())),
            helpers: Line(AtomicUsize::new(0)),
            attended: AtomicBool::new(false),
        }
    }

    pub fn region(&self, index: usize) -> &Region {
        &self.regions[index].0
    }

    /// The number of helpers that are in the team or on their way.
    pub fn helpers(&self) -> usize {
        self.helpers.0.load(Ordering::Acquire)
    }

    /// The number of helpers after a region was opened. This is a read-modify-write: a helper that leaves meanwhile is either not
    /// counted, or sees the region.
    pub fn helpers_who_see(&self) -> usize {
        self.helpers.0.fetch_add(0, Ordering::AcqRel)
    }

    pub fn add_helper(&self) {
        self.helpers.0.fetch_add(1, Ordering::AcqRel);
    }

    pub fn set_attended(&self, attended: bool) {
        self.attended.store(attended, Ordering::Release);
    }

    /// Helps until there are more helpers than `most` returns, or there was nothing to do for a while.
    pub fn help(&self, seat: Seat, most: impl Fn() -> usize) {
        let mut idle = 0;
        loop {
            if self.leave_above(most()) {
                return;
            }
            if self.regions.iter().any(|region| region.0.help(seat)) {
                idle = 0;
            } else if idle < LOOKS {
                idle += 1;
                spin();
            } else if self.attended.load(Ordering::Acquire) {
                yield_now();
            } else if self.leave_idle() {
                return;
            }
        }
    }

    fn leave_above(&self, most: usize) -> bool {
        let one_less = |helpers: usize| (helpers > most).then(|| helpers - 1);
        self.helpers.0.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_less).is_ok()
    }

    /// Leaves the team, unless a region was just opened. Returns whether it left.
    fn leave_idle(&self) -> bool {
        self.helpers.0.fetch_sub(1, Ordering::AcqRel);
        if self.regions.iter().any(|region| region.0.is_open()) {
            self.add_helper();
            return false;
        }
        true
    }
}
