//! The vectors of all images of a batch. Each is in its image's part of one buffer.
#![allow(unsafe_code)]

use std::marker::PhantomData;
use std::ops::Range;

/// One vector per image: rows of equal length at equal distances.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    pub(super) start: *const f32,
    pub(super) count: usize,
    pub(super) stride: usize,
    pub(super) len: usize,
    lives: PhantomData<&'a [f32]>,
}

/// [`Rows`] for writing.
#[derive(Debug)]
pub struct RowsMut<'a> {
    pub(super) start: *mut f32,
    pub(super) count: usize,
    pub(super) stride: usize,
    pub(super) len: usize,
    lives: PhantomData<&'a mut [f32]>,
}

// SAFETY: rows are shared slices.
unsafe impl Send for Rows<'_> {}
// SAFETY: as above.
unsafe impl Sync for Rows<'_> {}
// SAFETY: rows for writing are exclusive slices.
unsafe impl Send for RowsMut<'_> {}
// SAFETY: as above.
unsafe impl Sync for RowsMut<'_> {}

/// Gives views of the ranges `shared` and `exclusive` of every image. `images` has the parts of the images one after the other, of
/// `stride` floats each.
///
/// # Panics
/// A range leaves the image's part, or an exclusive one overlaps any other.
#[must_use]
pub fn rows<const S: usize, const E: usize>(
    images: &mut [f32],
    stride: usize,
    shared: [Range<usize>; S],
    exclusive: [Range<usize>; E],
) -> ([Rows<'_>; S], [RowsMut<'_>; E]) {
    let overlap = |a: &Range<usize>, b: &Range<usize>| a.start.max(b.start) < a.end.min(b.end);
    for range in shared.iter().chain(&exclusive) {
        assert!(range.start <= range.end && range.end <= stride, "{range:?} lies within an image's {stride} floats");
    }
    for (index, written) in exclusive.iter().enumerate() {
        for other in shared.iter().chain(&exclusive[..index]) {
            assert!(!overlap(written, other), "{written:?} is written while {other:?} is in use");
        }
    }
    let (start, count) = (images.as_mut_ptr(), images.len().checked_div(stride).unwrap_or(0));
    // No range starts beyond the first image (beyond the buffer, if there is no image), so the offsets stay in the allocation.
    let first = |range: &Range<usize>| if count == 0 { 0 } else { range.start };
    // SAFETY: see above; what is reached through the pointers is bounded by `count`, `stride` and `len`, within the borrowed
    // buffer, and no row that is written overlaps another.
    let shared = shared.map(|range| Rows {
        start: unsafe { start.add(first(&range)) },
        count,
        stride,
        len: range.len(),
        lives: PhantomData,
    });
    // SAFETY: as above.
    let exclusive = exclusive.map(|range| RowsMut {
        start: unsafe { start.add(first(&range)) },
        count,
        stride,
        len: range.len(),
        lives: PhantomData,
    });
    (shared, exclusive)
}

impl<'a> Rows<'a> {
    pub(super) fn row(&self, index: usize) -> &'a [f32] {
        assert!(index < self.count);
        // SAFETY: the row lies within the buffer that was borrowed for 'a, and nothing writes to it.
        unsafe { std::slice::from_raw_parts(self.start.add(index * self.stride), self.len) }
    }
}
