//! Gathers for convolutions whose groups are narrower than a block: each of the 16 output lanes reads a channel of its own group.
#![allow(unsafe_code)]

use crate::isa::{Kernel, Simd, Trusted};
use crate::layout::{Extent, LANES};

/// For each of the 16 lanes of an output block, the place of one channel of its group in the source.
#[derive(Clone, Copy)]
pub(super) struct Gather {
    /// Offset, in floats, of the block that holds the channels of all lanes, and each channel's lane in it. Not used where `scattered`.
    pub block: usize,
    pub lanes: [u32; LANES],
    /// Offset, in floats, of each lane's channel. Used where `scattered`.
    pub offsets: [usize; LANES],
    /// Whether the channels lie in several blocks.
    pub scattered: bool,
}

/// How a gather is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// One load: each lane reads the same lane of one block. Depthwise convolutions.
    Straight,
    /// One load and one permutation: all lanes read from one block.
    Permuted,
    /// Sixteen scalar loads: the lanes read from several blocks.
    Scattered,
}

impl Gather {
    /// The gather of channel `nth` of each lane's group, for the lanes of block `block`. A group has `here` channels on the side
    /// of the block and `there` channels in the source. Lanes beyond the last channel read the last group's channel; their
    /// weights are zero.
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

// `Mode` as numbers, since a const generic cannot be an enum.
pub(super) const STRAIGHT: usize = Mode::Straight as usize;
pub(super) const PERMUTED: usize = Mode::Permuted as usize;
pub(super) const SCATTERED: usize = Mode::Scattered as usize;

/// The largest number of a group's channels whose gathers are computed together.
pub(super) const RUN: usize = 16;

/// The gathers of channels `first..first + count` (at most [`RUN`]) of each lane's group, and a mode that suits all of them.
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

/// Gathers sixteen channels of the pixel whose block 0 is at `x`.
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
    // SAFETY: the caller guarantees it.
    unsafe {
        match MODE {
            STRAIGHT => s.load_ptr(x.add(gather.block)),
            PERMUTED => s.permute(s.load_ptr(x.add(gather.block)), lanes),
            // With few registers, saving vectors around a call would cost more than sixteen reads.
            _ if const { S::REGISTERS < 8 } => s.load(&scattered(x, &gather.offsets)),
            _ => s.load(&s.call(Trusted::new(Scattered { x, offsets: &gather.offsets }))),
        }
    }
}

/// Reads sixteen floats, each from its own offset.
///
/// # Safety
/// They must be readable.
#[inline(always)]
unsafe fn scattered(x: *const f32, offsets: &[usize; LANES]) -> [f32; LANES] {
    let mut values = [0.0; LANES];
    for (value, &offset) in values.iter_mut().zip(offsets) {
        // SAFETY: the caller guarantees it.
        *value = unsafe { *x.add(offset) };
    }
    values
}

/// [`scattered`] as a function that is not inlined: inlined, it would make up most of the code of the tiles. The floats at `offsets` from `x`
/// must be readable.
struct Scattered<'a> {
    x: *const f32,
    offsets: &'a [usize; LANES],
}

impl Kernel for Trusted<Scattered<'_>> {
    type Output = [f32; LANES];

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> [f32; LANES] {
        let Scattered { x, offsets } = self.into_inner();
        // SAFETY: the maker of a `Trusted` guarantees it.
        let values = unsafe { scattered(x, offsets) };
        // The values pass through a register. Sixteen separate stores followed by a vector load of the same memory would stall that load.
        s.to_array(s.load(&values))
    }
}
