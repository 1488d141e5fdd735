//! Rows of blocked maps as slices of lanes, and the functions that keep the invariants of halo and padding.

use crate::isa::Simd;
use crate::layout::{Extent, LANES, MapMut, MapRef, padded};
use crate::ops::Write;

/// One block of sixteen channels at one pixel.
pub(crate) type Lanes = [f32; LANES];

impl<'a> MapRef<'a> {
    /// Row `y` of block `b`, without the halo.
    #[inline(always)]
    pub(crate) fn row(&self, b: usize, y: usize) -> &'a [Lanes] {
        let extent = self.extent();
        self.data()[extent.at(b, y, 0)..][..extent.width * LANES].as_chunks().0
    }
}

impl MapMut<'_> {
    /// Row `y` of block `b`, without the halo.
    #[inline(always)]
    pub(crate) fn row_mut(&mut self, b: usize, y: usize) -> &mut [Lanes] {
        let extent = self.extent();
        self.data_mut()[extent.at(b, y, 0)..][..extent.width * LANES].as_chunks_mut().0
    }

    /// Writes zeros to the halo.
    pub(crate) fn clear_halo(&mut self) {
        let extent = self.extent();
        let (row, [rows, columns]) = (extent.row(), extent.halo);
        if rows == 0 && columns == 0 {
            return;
        }
        for block in self.data_mut().chunks_exact_mut(extent.block()) {
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

    /// To be called before all pixels of a gradient are written or added to. Writes zeros to the halo for [`Write::Set`].
    pub(crate) fn begin(&mut self, write: Write) {
        if write == Write::Set {
            self.clear_halo();
        }
    }

    /// To be called before some pixels of a gradient are added to. Writes zeros everywhere for [`Write::Set`].
    pub(crate) fn begin_sum(&mut self, write: Write) {
        if write == Write::Set {
            self.data_mut().fill(0.0);
        }
    }
}

/// `y += x`.
#[inline]
pub(crate) fn add_lanes(x: &Lanes, y: &mut Lanes) {
    for (x, y) in x.iter().zip(y) {
        *y += x;
    }
}

/// The number of lanes of block `b` that are channels.
#[inline(always)]
pub(crate) fn live(extent: &Extent, b: usize) -> usize {
    (extent.channels - b * LANES).min(LANES)
}

/// The sixteen values of block `b` in an array with one value per channel, padded. Values beyond the last channel are read as 0.
#[inline(always)]
pub(crate) fn channels<S: Simd>(s: S, values: &[f32], extent: &Extent, b: usize) -> S::Vector {
    s.keep(s.load(&values.as_chunks().0[b]), live(extent, b))
}

/// Checks that two maps have the same shape; their halos may differ.
#[track_caller]
pub(crate) fn assert_same_shape(a: &Extent, b: &Extent) {
    let shape = |e: &Extent| [e.channels, e.height, e.width];
    assert_eq!(shape(a), shape(b), "maps of one shape");
}

/// Checks that an array with one value per channel is long enough.
#[track_caller]
pub(crate) fn assert_channels(values: &[f32], extent: &Extent) {
    assert!(values.len() >= padded(extent.channels), "one number for each padded channel");
}
