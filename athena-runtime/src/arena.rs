//! Memory: aligned buffers, and views of several slots at the same time.
//!
//! A step of generated code reads some slots and writes others, all of them in the same two buffers. [`Arena::view`] gives shared
//! and exclusive slices of these buffers. Before that it checks that every slot is within its buffer, and that no slot that is
//! written overlaps another one.
#![allow(unsafe_code)]

use crate::error::Error;
use crate::layout::{MapMut, MapRef, Place, Slot};
use std::alloc::{self, Layout};
use std::array::from_fn;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// Bytes of a cache line and of the widest vector.
const LINE: usize = 64;

/// Bytes of a huge page. Buffers of at least a few such pages use them if the system provides them. A training step goes through
/// more memory than the CPU's TLB covers with small pages, which costs 6 to 9 % (ResNet-18, batch 32).
const LARGE_PAGE: usize = 2 << 20;

/// A zeroed buffer of floats that starts on a cache line.
pub struct Buffer {
    /// The allocation.
    memory: NonNull<u8>,
    /// The first float.
    start: NonNull<f32>,
    len: usize,
}

// SAFETY: a buffer owns its floats as a `Box<[f32]>` would.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// A buffer of `len` zeros.
    ///
    /// # Errors
    /// [`Error::Memory`] if there is too little memory.
    pub fn zeroed(len: usize) -> Result<Self, Error> {
        if len == 0 {
            return Ok(Self { memory: NonNull::dangling(), start: NonNull::dangling(), len });
        }
        let bytes = len.saturating_mul(size_of::<f32>());
        let refused = Error::Memory { bytes };
        let Some((layout, align)) = Self::layout(len) else { return Err(refused) };
        // SAFETY: the layout is not empty.
        let memory = unsafe { alloc::alloc_zeroed(layout) };
        let Some(memory) = NonNull::new(memory) else { return Err(refused) };
        // SAFETY: the layout has room for `bytes` behind as much as aligning the start takes, which is less than `align`.
        let start = unsafe { memory.add(memory.as_ptr().align_offset(align)) };
        if align == LARGE_PAGE {
            ask_for_large_pages(start, bytes);
        }
        // A float of zero bytes is 0.
        Ok(Self { memory, start: start.cast(), len })
    }

    /// The layout that is allocated for `len` floats, and the alignment of the first float in it.
    ///
    /// For large memory, allocators get zeroed pages from the system, which are mapped at the first access; so several threads
    /// can touch them in parallel. With a larger alignment, `alloc_zeroed` would write the zeros itself. So the alignment for
    /// huge pages is made here.
    fn layout(len: usize) -> Option<(Layout, usize)> {
        let bytes = len.checked_mul(size_of::<f32>())?;
        if bytes < 2 * LARGE_PAGE {
            return Some((Layout::from_size_align(bytes, LINE).ok()?, LINE));
        }
        let with_room = bytes.checked_add(LARGE_PAGE)?;
        Some((Layout::from_size_align(with_room, align_of::<f32>()).ok()?, LARGE_PAGE))
    }
}

/// Asks the system to use huge pages for large memory, before it is touched. Without them it is only slower.
#[cfg(target_os = "linux")]
fn ask_for_large_pages(start: NonNull<u8>, bytes: usize) {
    // SAFETY: `bytes` bytes were allocated from `start` on, which is aligned to a page. The advice does not change the contents,
    // and a system that does not know it returns an error.
    unsafe { libc::madvise(start.as_ptr().cast(), bytes, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn ask_for_large_pages(_: NonNull<u8>, _: usize) {}

impl Drop for Buffer {
    fn drop(&mut self) {
        if let (1.., Some((layout, _))) = (self.len, Self::layout(self.len)) {
            // SAFETY: `zeroed` allocated this memory with this layout, and nothing else frees it.
            unsafe { alloc::dealloc(self.memory.as_ptr(), layout) }
        }
    }
}

impl Clone for Buffer {
    /// # Panics
    /// If there is too little memory for the copy.
    fn clone(&self) -> Self {
        let mut copy = Self::zeroed(self.len).unwrap_or_else(|error| panic!("{error}"));
        copy.copy_from_slice(self);
        copy
    }
}

impl PartialEq for Buffer {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Buffer({} floats)", self.len)
    }
}

impl Deref for Buffer {
    type Target = [f32];
    fn deref(&self) -> &[f32] {
        // SAFETY: `start` points to `len` initialised floats (to none, but aligned, for 0), which `self` owns.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        // SAFETY: as above, and `self` is borrowed exclusively.
        unsafe { std::slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}

/// A part of one of the two buffers of an [`Arena`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The buffer.
    pub place: Place,
    /// First float.
    pub offset: usize,
    /// Floats.
    pub len: usize,
}

impl Region {
    /// A region without floats, for unused places of arrays.
    pub const EMPTY: Self = Self { place: Place::Image, offset: 0, len: 0 };

    const fn overlaps(&self, other: &Self) -> bool {
        matches!((self.place, other.place), (Place::Image, Place::Image) | (Place::Scratch, Place::Scratch))
            && self.len > 0
            && other.len > 0
            && self.offset < other.offset + other.len
            && other.offset < self.offset + self.len
    }
}

impl From<Slot> for Region {
    fn from(slot: Slot) -> Self {
        Self { place: slot.place, offset: slot.offset, len: slot.extent.len() }
    }
}

/// The memory that the steps of one image use: its part of the image buffer, and the scratch of its shard.
#[derive(Debug)]
pub struct Arena<'a> {
    image: &'a mut [f32],
    scratch: &'a mut [f32],
}

impl<'a> Arena<'a> {
    /// An arena over these two buffers.
    #[must_use]
    pub fn new(image: &'a mut [f32], scratch: &'a mut [f32]) -> Self {
        Self { image, scratch }
    }

    /// Gives the `shared` regions for reading and the `exclusive` regions for writing. Shared regions may overlap each other.
    ///
    /// # Panics
    /// If a region is not within its buffer, or an exclusive region overlaps another one. That is a bug of the plan and does not
    /// depend on the caller's data.
    pub fn view<const S: usize, const E: usize>(
        &mut self,
        shared: [Region; S],
        exclusive: [Region; E],
    ) -> ([&[f32]; S], [&mut [f32]; E]) {
        let ((shared, []), (exclusive, [])) = self.view_with((shared, []), (exclusive, []));
        (shared, exclusive)
    }

    /// Like [`view`](Self::view), with two arrays of each kind, since operands often are a few single ones and a list.
    ///
    /// # Panics
    /// As `view`.
    #[allow(clippy::type_complexity)]
    pub fn view_with<const S: usize, const T: usize, const E: usize, const F: usize>(
        &mut self,
        shared: ([Region; S], [Region; T]),
        exclusive: ([Region; E], [Region; F]),
    ) -> (([&[f32]; S], [&[f32]; T]), ([&mut [f32]; E], [&mut [f32]; F])) {
        self.check_bounds(shared.0.iter().chain(&shared.1).chain(&exclusive.0).chain(&exclusive.1));
        for (index, written) in exclusive.0.iter().chain(&exclusive.1).enumerate() {
            let written_before = exclusive.0.iter().chain(&exclusive.1).take(index);
            for other in shared.0.iter().chain(&shared.1).chain(written_before) {
                assert!(!written.overlaps(other), "the plan writes {written:?} while {other:?} is in use");
            }
        }
        let (image, scratch) = (self.image.as_mut_ptr(), self.scratch.as_mut_ptr());
        let base = |region: Region| match region.place {
            Place::Image => image,
            Place::Scratch => scratch,
        };
        let reading = |region: Region| {
            // SAFETY: the region lies within its buffer, as just checked, which `self` borrows exclusively for as long as the
            // slices live; no exclusive slice overlaps it, as just asserted, and nothing else can reach the buffer meanwhile.
            unsafe { std::slice::from_raw_parts(base(region).add(region.offset), region.len) }
        };
        let writing = |region: Region| {
            // SAFETY: as above, and no other slice, shared or exclusive, overlaps this one.
            unsafe { std::slice::from_raw_parts_mut(base(region).add(region.offset), region.len) }
        };
        ((shared.0.map(reading), shared.1.map(reading)), (exclusive.0.map(writing), exclusive.1.map(writing)))
    }

    /// Like [`view`](Self::view), for the maps in the `shared` slots and in the `exclusive` slots.
    ///
    /// # Panics
    /// As `view`.
    pub fn maps<const S: usize, const E: usize>(
        &mut self,
        shared: [Slot; S],
        exclusive: [Slot; E],
    ) -> ([MapRef<'_>; S], [MapMut<'_>; E]) {
        let ((shared, []), (exclusive, [])) = self.maps_with((shared, []), (exclusive, []));
        (shared, exclusive)
    }

    /// [`maps`](Self::maps) of two arrays of either kind.
    ///
    /// # Panics
    /// As `view`.
    #[allow(clippy::type_complexity)]
    pub fn maps_with<const S: usize, const T: usize, const E: usize, const F: usize>(
        &mut self,
        shared: ([Slot; S], [Slot; T]),
        exclusive: ([Slot; E], [Slot; F]),
    ) -> (([MapRef<'_>; S], [MapRef<'_>; T]), ([MapMut<'_>; E], [MapMut<'_>; F])) {
        let (reading, writing) = self.view_with(
            (shared.0.map(Region::from), shared.1.map(Region::from)),
            (exclusive.0.map(Region::from), exclusive.1.map(Region::from)),
        );
        (
            (read(reading.0, shared.0), read(reading.1, shared.1)),
            (write(writing.0, exclusive.0), write(writing.1, exclusive.1)),
        )
    }

    fn check_bounds<'r>(&self, regions: impl Iterator<Item = &'r Region>) {
        regions.for_each(|region| self.check(region));
    }

    fn check(&self, region: &Region) {
        let size = match region.place {
            Place::Image => self.image.len(),
            Place::Scratch => self.scratch.len(),
        };
        assert!(
            region.offset <= size && region.len <= size - region.offset,
            "the plan puts {region:?} into a buffer of {size} floats"
        );
    }
}

/// The maps that lie in these floats.
fn read<'a, const N: usize>(floats: [&'a [f32]; N], slots: [Slot; N]) -> [MapRef<'a>; N] {
    from_fn(|i| MapRef::new(floats[i], slots[i].extent))
}

/// The same, for writing.
fn write<'a, const N: usize>(floats: [&'a mut [f32]; N], slots: [Slot; N]) -> [MapMut<'a>; N] {
    let mut slots = slots.into_iter();
    floats.map(|floats| slots.next().map_or_else(MapMut::default, |slot| MapMut::new(floats, slot.extent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(place: Place, offset: usize, len: usize) -> Region {
        Region { place, offset, len }
    }

    #[test]
    fn buffers_start_on_a_cache_line() {
        assert!(Buffer::zeroed(0).unwrap().is_empty());
        let large = LARGE_PAGE / size_of::<f32>();
        for len in [1, 15, 16, 1000, 2 * large - 1, 2 * large, 3 * large + 1] {
            let mut buffer = Buffer::zeroed(len).unwrap();
            assert_eq!(*buffer, *vec![0.0; len]);
            let line = if len < 2 * large { LINE } else { LARGE_PAGE };
            assert_eq!(buffer.as_ptr() as usize % line, 0);
            buffer[len - 1] = 3.0;
            let copy = buffer.clone();
            assert_eq!(copy.as_ptr() as usize % 64, 0);
            assert_eq!(copy, buffer);
        }
    }

    #[test]
    fn memory_that_is_not_there_is_an_error() {
        for len in [usize::MAX, usize::MAX / 4, isize::MAX as usize / 4] {
            assert!(matches!(Buffer::zeroed(len), Err(Error::Memory { bytes }) if bytes >= len));
        }
    }

    #[test]
    fn a_view_reads_and_writes_where_it_says() {
        let (mut image, mut scratch) = (vec![1.0; 64], vec![2.0; 32]);
        let mut arena = Arena::new(&mut image, &mut scratch);
        let ([a, b, c], [y, z]) = arena.view(
            [region(Place::Image, 0, 16), region(Place::Image, 8, 16), region(Place::Scratch, 0, 16)],
            [region(Place::Image, 32, 16), region(Place::Scratch, 16, 16)],
        );
        y.copy_from_slice(a);
        y[0] = b[0] + c[0];
        z.fill(9.0);
        assert_eq!((image[32], image[33], image[31]), (3.0, 1.0, 1.0));
        assert_eq!((scratch[15], scratch[16]), (2.0, 9.0));
    }

    #[test]
    #[should_panic(expected = "while")]
    fn a_written_region_may_not_be_read() {
        let (mut image, mut scratch) = (vec![0.0; 64], vec![]);
        Arena::new(&mut image, &mut scratch).view([region(Place::Image, 0, 17)], [region(Place::Image, 16, 16)]);
    }

    #[test]
    #[should_panic(expected = "while")]
    fn two_written_regions_may_not_overlap() {
        let (mut image, mut scratch) = (vec![], vec![0.0; 64]);
        Arena::new(&mut image, &mut scratch).view([], [region(Place::Scratch, 0, 32), region(Place::Scratch, 16, 16)]);
    }

    #[test]
    #[should_panic(expected = "into a buffer of 64 floats")]
    fn a_region_may_not_leave_its_buffer() {
        let (mut image, mut scratch) = (vec![0.0; 64], vec![]);
        Arena::new(&mut image, &mut scratch).view([region(Place::Image, 48, 17)], []);
    }

    #[test]
    fn empty_regions_never_clash() {
        let (mut image, mut scratch) = (vec![0.0; 16], vec![]);
        let mut arena = Arena::new(&mut image, &mut scratch);
        let ([none], [all]) = arena.view([Region::EMPTY], [region(Place::Image, 0, 16)]);
        assert_eq!((none.len(), all.len()), (0, 16));
    }
}
