//! Rows of blocked maps as slices of lanes, and the invariants that every writer upholds.

use crate::isa::Simd;
use crate::layout::{Extent, LANES, padded};

/// One block of sixteen channels at one pixel.
pub(super) type Lanes = [f32; LANES];

/// Row `y` of block `b`, the halo left out.
#[inline(always)]
pub(super) fn row<'a>(map: &'a [f32], extent: &Extent, b: usize, y: usize) -> &'a [Lanes] {
    map[extent.at(b, y, 0)..][..extent.width * LANES].as_chunks().0
}

/// Row `y` of block `b`, the halo left out.
#[inline(always)]
pub(super) fn row_mut<'a>(map: &'a mut [f32], extent: &Extent, b: usize, y: usize) -> &'a mut [Lanes] {
    map[extent.at(b, y, 0)..][..extent.width * LANES].as_chunks_mut().0
}

/// How many lanes of block `b` are channels.
#[inline(always)]
pub(super) fn live(extent: &Extent, b: usize) -> usize {
    (extent.channels - b * LANES).min(LANES)
}

/// The sixteen numbers of block `b` in an array of padded channels; those beyond the last channel are read as zero.
#[inline(always)]
pub(super) fn channels<S: Simd>(s: S, values: &[f32], extent: &Extent, b: usize) -> S::Vector {
    s.keep(s.load(&values.as_chunks().0[b]), live(extent, b))
}

/// Writes the halo's zeros.
pub(super) fn clear_halo(map: &mut [f32], extent: &Extent) {
    let (row, [rows, columns]) = (extent.row(), extent.halo);
    if rows == 0 && columns == 0 {
        return;
    }
    for block in map[..extent.len()].chunks_exact_mut(extent.block()) {
        let (above, rest) = block.split_at_mut(rows * row);
        let (inside, below) = rest.split_at_mut(extent.height * row);
        above.fill(0.0);
        below.fill(0.0);
        for line in inside.chunks_exact_mut(row) {
            line[..columns * LANES].fill(0.0);
            line[row - columns * LANES..].fill(0.0);
        }
    }
}

/// Checks that two maps have the same shape; their halos may differ.
#[track_caller]
pub(super) fn assert_same_shape(a: &Extent, b: &Extent) {
    let shape = |e: &Extent| [e.channels, e.height, e.width];
    assert_eq!(shape(a), shape(b), "maps of one shape");
}

/// Checks that an array of one number a channel is long enough.
#[track_caller]
pub(super) fn assert_channels(values: &[f32], extent: &Extent) {
    assert!(values.len() >= padded(extent.channels), "one number for each padded channel");
}
