//! Views of maps, which are the arguments of kernels: a slice of floats together with the size of the map.
//!
//! [`MapRef::new`] and [`MapMut::new`] check, by products that cannot overflow, that the slice is long enough for the map. So for
//! every view, all pixels of its extent, including the halo, lie within its floats.

use super::{Extent, LANES};

/// A stored map for reading.
#[derive(Clone, Copy, Debug)]
pub struct MapRef<'a> {
    data: &'a [f32],
    extent: Extent,
}

/// A stored map for writing.
#[derive(Debug)]
pub struct MapMut<'a> {
    data: &'a mut [f32],
    extent: Extent,
}

/// The number of floats of a map, which must not be more than `len`.
#[track_caller]
fn floats(extent: &Extent, len: usize) -> usize {
    match extent.checked_len() {
        Some(floats) if floats <= len => floats,
        _ => panic!("{len} floats hold no map of {extent:?}"),
    }
}

impl<'a> MapRef<'a> {
    /// A view of the map of this size at the start of `data`.
    ///
    /// # Panics
    /// If `data` is shorter than the map.
    #[must_use]
    #[track_caller]
    pub fn new(data: &'a [f32], extent: Extent) -> Self {
        Self { data: &data[..floats(&extent, data.len())], extent }
    }

    /// The floats of the map, halo and padding lanes included.
    #[must_use]
    #[inline(always)]
    pub const fn data(&self) -> &'a [f32] {
        self.data
    }

    /// The size.
    #[must_use]
    #[inline(always)]
    pub const fn extent(&self) -> Extent {
        self.extent
    }

    /// The map of `channels` channels that starts at block `block`.
    ///
    /// # Panics
    /// If the map has fewer channels.
    #[must_use]
    pub(crate) fn channels(self, block: usize, channels: usize) -> Self {
        assert!(block * LANES + channels <= self.extent.channels, "{channels} channels from block {block} on");
        Self::new(&self.data[block * self.extent.block()..], Extent { channels, ..self.extent })
    }
}

impl<'a> MapMut<'a> {
    /// A view of the map of this size at the start of `data`.
    ///
    /// # Panics
    /// If `data` is shorter than the map.
    #[must_use]
    #[track_caller]
    pub fn new(data: &'a mut [f32], extent: Extent) -> Self {
        let floats = floats(&extent, data.len());
        Self { data: &mut data[..floats], extent }
    }

    /// The floats of the map, halo and padding lanes included.
    #[must_use]
    #[inline(always)]
    pub const fn data(&self) -> &[f32] {
        self.data
    }

    /// The floats of the map, mutably.
    #[must_use]
    #[inline(always)]
    pub const fn data_mut(&mut self) -> &mut [f32] {
        self.data
    }

    /// The floats of the map, with the lifetime of the view.
    #[must_use]
    pub(crate) fn into_data(self) -> &'a mut [f32] {
        self.data
    }

    /// The size.
    #[must_use]
    #[inline(always)]
    pub const fn extent(&self) -> Extent {
        self.extent
    }

    /// Reborrows the map.
    #[must_use]
    #[inline(always)]
    pub const fn reborrow(&mut self) -> MapMut<'_> {
        MapMut { data: &mut *self.data, extent: self.extent }
    }

    /// Splits the map into the channels before block `block` and those from there on.
    ///
    /// # Panics
    /// If the map has fewer blocks.
    #[must_use]
    pub(crate) fn split_channels(self, block: usize) -> (Self, Self) {
        let extent = self.extent;
        let (first, second) = self.data.split_at_mut(block * extent.block());
        let of = |channels| Extent { channels, ..extent };
        (MapMut::new(first, of(block * LANES)), MapMut::new(second, of(extent.channels - block * LANES)))
    }

    /// Splits a map of one block into the rows before row `row` and those from there on. Neither part has rows of the halo, which do not
    /// change.
    ///
    /// # Panics
    /// If the map has fewer rows, or not exactly one block.
    #[must_use]
    pub(crate) fn split_rows(self, row: usize) -> (Self, Self) {
        let extent = self.extent;
        assert_eq!(extent.blocks(), 1, "rows of one block follow each other");
        let inside = &mut self.data[extent.halo[0] * extent.row()..][..extent.height * extent.row()];
        let (first, second) = inside.split_at_mut(row * extent.row());
        let of = |height| Extent { height, halo: [0, extent.halo[1]], ..extent };
        (MapMut::new(first, of(row)), MapMut::new(second, of(extent.height - row)))
    }
}

/// A map without channels, for unused places of arrays.
impl Default for MapRef<'_> {
    fn default() -> Self {
        Self { data: &[], extent: Extent::EMPTY }
    }
}

/// A map without channels, for unused places of arrays.
impl Default for MapMut<'_> {
    fn default() -> Self {
        Self { data: &mut [], extent: Extent::EMPTY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::catch_unwind;

    /// Sizes with a product that overflows usize, and would wrap to a small number.
    fn wrapping() -> Vec<Extent> {
        let half = 1 << (usize::BITS / 2);
        let of = |channels, height, width, halo| Extent { channels, height, width, halo };
        vec![
            // 2^32 x 2^32 pixels.
            of(16, half, half, [0, 0]),
            of(16, 1 << (usize::BITS - 4), 1, [0, 0]),
            of(usize::MAX, 1, 1, [0, 0]),
            of(usize::MAX / 2, 4, 4, [0, 0]),
            // Only the halo overflows.
            of(16, 1, 1, [usize::MAX / 2 + 1, 0]),
            of(16, 1, 1, [0, usize::MAX / 2 + 1]),
            of(16, 1, 1, [0, usize::MAX]),
            // There are no channels and so no floats, but the length of a row overflows.
            of(0, 1, usize::MAX, [0, 0]),
            of(0, usize::MAX, 1, [0, 0]),
            of(16, 0, usize::MAX, [0, 0]),
        ]
    }

    #[test]
    fn sizes_whose_products_wrap_have_no_view() {
        for extent in wrapping() {
            assert_eq!(extent.checked_len(), None, "{extent:?}");
            for len in [0, 4096] {
                let data = vec![0.0; len];
                catch_unwind(|| MapRef::new(&data, extent)).expect_err("a view for reading");
                catch_unwind(|| drop(MapMut::new(&mut data.clone(), extent))).expect_err("a view for writing");
            }
        }
    }

    #[test]
    fn a_view_has_the_floats_of_its_map() {
        let extent = Extent { channels: 17, height: 3, width: 2, halo: [1, 0] };
        // Two blocks of 5 x 2 pixels.
        assert_eq!(extent.checked_len(), Some(2 * 5 * 2 * 16));
        let mut data = vec![0.0; 321];
        assert_eq!(MapRef::new(&data, extent).data().len(), 320);
        assert_eq!(MapMut::new(&mut data, extent).data().len(), 320);
        catch_unwind(|| MapRef::new(&data[..319], extent)).expect_err("a slice that is too short");
        catch_unwind(|| drop(MapMut::new(&mut [], extent))).expect_err("an empty slice");
    }

    #[test]
    fn parts_are_maps_of_their_own() {
        let extent = Extent { channels: 40, height: 3, width: 2, halo: [1, 2] };
        let mut data: Vec<f32> = (0u16..).take(extent.len()).map(f32::from).collect();
        let all = data.clone();
        let part = MapRef::new(&all, extent).channels(1, 24);
        assert_eq!((part.extent().channels, part.data()), (24, &all[extent.block()..]));
        let (left, right) = MapMut::new(&mut data, extent).split_channels(2);
        assert_eq!((left.extent().channels, left.data()), (32, &all[..2 * extent.block()]));
        assert_eq!((right.extent().channels, right.data()), (8, &all[2 * extent.block()..]));
        let (above, below) = right.split_rows(1);
        let row = |y| extent.at(2, y, 0) - 2 * LANES;
        assert_eq!((above.extent().height, above.extent().halo, above.data()), (1, [0, 2], &all[row(0)..row(1)]));
        assert_eq!((below.extent().height, below.extent().halo, below.data()), (2, [0, 2], &all[row(1)..row(3)]));
        catch_unwind(|| MapRef::new(&all, extent).channels(2, 9)).expect_err("more channels than there are");
    }
}
