//! A team: the threads that work on one call, whoever made it and those that help.

use super::region::{Region, Seat};
use super::sync::{AtomicBool, AtomicUsize, Ordering, patience, spin, yield_now};
use std::array::from_fn;

/// Regions that may be open within the parts of another one at the same time: one for each shard of a phase.
pub const INNER: usize = if cfg!(loom) { 1 } else { 16 };

/// Looks of a helper that finds nothing to do before it leaves: some 50 µs, so that it is still there for the next region, or the next
/// call of a loop. To wake a thread that sleeps takes about as long.
const LOOKS: u32 = patience(1000);

/// The regions of one call, and who helps with them.
#[derive(Debug)]
pub struct Team {
    /// The first is the call's own; the others are opened within its parts.
    regions: [Line<Region>; 1 + INNER],
    helpers: Line<AtomicUsize>,
    /// Helpers stay although they find nothing to do: more is about to come.
    attended: AtomicBool,
}

/// By itself on its cache lines, so that threads that write to neighbours do not disturb each other.
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

    /// Helpers that are here or on their way.
    pub fn helpers(&self) -> usize {
        self.helpers.0.load(Ordering::Acquire)
    }

    /// The same, once a region is open. This is a write: a helper that goes meanwhile is either not counted, or sees the region.
    pub fn helpers_who_see(&self) -> usize {
        self.helpers.0.fetch_add(0, Ordering::AcqRel)
    }

    pub fn add_helper(&self) {
        self.helpers.0.fetch_add(1, Ordering::AcqRel);
    }

    pub fn set_attended(&self, attended: bool) {
        self.attended.store(attended, Ordering::Release);
    }

    /// Helps until there are more helpers than `most` tells, or there is nothing to do for a while.
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

    /// Leaves, but for a region that was opened just now.
    fn leave_idle(&self) -> bool {
        self.helpers.0.fetch_sub(1, Ordering::AcqRel);
        if self.regions.iter().any(|region| region.0.is_open()) {
            self.add_helper();
            return false;
        }
        true
    }
}
