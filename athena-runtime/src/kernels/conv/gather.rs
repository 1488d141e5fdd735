//! Which channel each lane of a block reads in a convolution whose groups are narrower than a block.
#![allow(unsafe_code)]

use crate::isa::Simd;
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
            _ => s.load(&scattered(x, gather)),
        }
    }
}

/// Not inlined: sixteen reads for each tap of each pixel would be most of the code of all tiles.
///
/// # Safety
/// As [`read`].
#[inline(never)]
unsafe fn scattered(x: *const f32, gather: &Gather) -> [f32; LANES] {
    // SAFETY: the caller's promise.
    gather.offsets.map(|offset| unsafe { *x.add(offset) })
}
