//! Maps that are a range of another map's channels: finds the lanes that correspond to each other.

use crate::layout::LANES;

/// Neighbouring channels that are in one block of the part and in one block of the whole.
pub(crate) struct Run {
    /// Block and lane in the part.
    pub part: [usize; 2],
    /// Block and lane in the whole.
    pub whole: [usize; 2],
    /// Number of channels.
    pub len: usize,
}

/// The runs of a part of `channels` channels that starts at channel `first` of the whole.
pub(crate) struct Runs {
    next: usize,
    channels: usize,
    first: usize,
}

impl Runs {
    pub fn new(channels: usize, first: usize) -> Self {
        Self { next: 0, channels, first }
    }
}

impl Iterator for Runs {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        if self.next == self.channels {
            return None;
        }
        let place = |channel: usize| [channel / LANES, channel % LANES];
        let (part, whole) = (place(self.next), place(self.first + self.next));
        let len = (LANES - part[1]).min(LANES - whole[1]).min(self.channels - self.next);
        self.next += len;
        Some(Run { part, whole, len })
    }
}
