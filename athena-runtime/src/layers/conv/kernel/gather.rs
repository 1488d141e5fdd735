//! Which channel each lane of a block reads in a convolution whose groups are narrower than a block.
#![allow(unsafe_code)]

use crate::isa::{Kernel, Simd};
use crate::layout::{Extent, LANES};

/// One channel of each lane's group.
#[derive(Clone, Copy)]
pub(super) struct Gather {
    /// Floats to the block that holds the channels of all lanes, and their lanes there; meaningless where `scattered`.
    pub block: usize,
    pub lanes: [u32; LANES],
    /// Floats to each lane's channel.
    pub offsets: [usize; LANES],
    /// The channels lie in several blocks.
    pub scattered: bool,
}

/// How the gathers of a run are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Each lane reads the same lane: depthwise.
    Straight,
    /// Each lane reads some lane of one block.
    Permuted,
    /// The lanes read from several blocks.
    Scattered,
}

impl Gather {
    /// Channel `nth` of the group that each lane of block `block` belongs to; groups have `here` channels on the block's side
    /// and `there` on the side that is read. Lanes beyond the last channel read what the last one reads: their weights are zero.
    pub fn new(block: usize, nth: usize, here: usize, there: usize, source: &Extent) -> Self {
        let groups = source.channels / there;
        let channel = |lane: usize| ((block * LANES + lane) / here).min(groups - 1) * there + nth;
        let mut lanes = [0; LANES];
        let mut offsets = [0; LANES];
        let first = channel(0) / LANES;
        let mut scattered = false;
        for lane in 0..LANES {
            let (from, within) = (channel(lane) / LANES, channel(lane) % LANES);
            lanes[lane] = within as u32;
            offsets[lane] = from * source.block() + within;
            scattered |= from != first;
        }
        Self { block: first * source.block(), lanes, offsets, scattered }
    }
}

/// [`Mode`] as the parameter of a tile.
pub(super) const STRAIGHT: usize = Mode::Straight as usize;
pub(super) const PERMUTED: usize = Mode::Permuted as usize;
pub(super) const SCATTERED: usize = Mode::Scattered as usize;

/// Gathers that are made at a time: a run of a group's channels.
pub(super) const RUN: usize = 16;

/// The gathers of channels `first` to `first + count` (at most [`RUN`]) of each lane's group, and how to do them.
pub(super) fn run(
    block: usize,
    (first, count): (usize, usize),
    here: usize,
    there: usize,
    source: &Extent,
) -> ([Gather; RUN], Mode) {
    let mut gathers = [Gather::new(block, first, here, there, source); RUN];
    for (nth, gather) in gathers.iter_mut().enumerate().take(count).skip(1) {
        *gather = Gather::new(block, first + nth, here, there, source);
    }
    let mode = if here == 1 && there == 1 {
        Mode::Straight
    } else if gathers[..count].iter().any(|gather| gather.scattered) {
        Mode::Scattered
    } else {
        Mode::Permuted
    };
    (gathers, mode)
}

/// The sixteen gathered channels of the pixel whose block 0 lies at `x`.
///
/// # Safety
/// The blocks that `gather` names must be readable at that pixel.
#[inline(always)]
pub(super) unsafe fn read<S: Simd, const MODE: usize>(
    s: S,
    x: *const f32,
    gather: &Gather,
    lanes: S::Indices,
) -> S::Vector {
    // SAFETY: the caller's promise.
    unsafe {
        match MODE {
            STRAIGHT => s.load_ptr(x.add(gather.block)),
            PERMUTED => s.permute(s.load_ptr(x.add(gather.block)), lanes),
            // Where vectors take several registers each, saving them around a call would cost more than the reads.
            _ if const { S::REGISTERS < 8 } => s.load(&scattered(x, &gather.offsets)),
            _ => s.load(&s.call(Scattered { x, offsets: &gather.offsets })),
        }
    }
}

/// Sixteen floats from as many places.
///
/// # Safety
/// They must be readable.
#[inline(always)]
unsafe fn scattered(x: *const f32, offsets: &[usize; LANES]) -> [f32; LANES] {
    let mut values = [0.0; LANES];
    for (value, &offset) in values.iter_mut().zip(offsets) {
        // SAFETY: the caller's promise.
        *value = unsafe { *x.add(offset) };
    }
    values
}

/// [`scattered`] as a kernel of its own: inlined, it would be most of the code of all tiles.
struct Scattered<'a> {
    x: *const f32,
    offsets: &'a [usize; LANES],
}

impl Kernel for Scattered<'_> {
    type Output = [f32; LANES];

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> [f32; LANES] {
        // SAFETY: made by `read` alone, whose caller promises that these places are readable.
        let values = unsafe { scattered(self.x, self.offsets) };
        // Through a register: sixteen stores on their own would hold up the load of all that follows.
        s.to_array(s.load(&values))
    }
}
