//! Parallel passes over several buffers of the same length, in chunks.

use crate::float_control::flushing_subnormals;
use crate::threads;

/// The length of a chunk in floats. A few buffers of this length fit into a core's cache.
pub(super) const CHUNK: usize = 1 << 14;

/// One or more buffers of the same length, which are cut at the same places.
pub(super) trait Buffers: Sized + Send {
    fn len(&self) -> usize;
    fn split_at(self, middle: usize) -> (Self, Self);
}

impl Buffers for &[f32] {
    fn len(&self) -> usize {
        <[f32]>::len(self)
    }

    fn split_at(self, middle: usize) -> (Self, Self) {
        <[f32]>::split_at(self, middle)
    }
}

impl Buffers for &mut [f32] {
    fn len(&self) -> usize {
        <[f32]>::len(self)
    }

    fn split_at(self, middle: usize) -> (Self, Self) {
        self.split_at_mut(middle)
    }
}

impl<A: Buffers, B: Buffers> Buffers for (A, B) {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn split_at(self, middle: usize) -> (Self, Self) {
        let (a, b) = (self.0.split_at(middle), self.1.split_at(middle));
        ((a.0, b.0), (a.1, b.1))
    }
}

impl<B: Buffers, const N: usize> Buffers for [B; N] {
    fn len(&self) -> usize {
        self.first().map_or(0, Buffers::len)
    }

    fn split_at(self, middle: usize) -> (Self, Self) {
        let mut right = [const { None }; N];
        let mut rest = right.iter_mut();
        let left = self.map(|buffer| {
            let (left, right) = buffer.split_at(middle);
            if let Some(rest) = rest.next() {
                *rest = Some(right);
            }
            left
        });
        (left, right.map(|right| right.expect("each buffer was cut")))
    }
}

/// Calls `work` with each chunk of the buffers.
pub(super) fn for_each<T: Buffers>(buffers: T, work: &(impl Fn(T) + Sync)) {
    let chunks = buffers.len().div_ceil(CHUNK);
    let pieces = chunks.min(threads::PIECES);
    let mut rest = Some(buffers);
    let pieces = (0..pieces).map(|piece| {
        let chunks = threads::bounds(chunks, pieces, piece).len();
        let (buffers, behind) = split_off(rest.take()?, chunks * CHUNK);
        rest = behind;
        Some(buffers)
    });
    let work = |mut rest: Option<T>| {
        while let Some(buffers) = rest {
            let (chunk, behind) = split_off(buffers, CHUNK);
            work(chunk);
            rest = behind;
        }
    };
    flushing_subnormals(|| threads::for_each_of::<{ threads::PIECES }, _>(pieces, &work));
}

/// Splits each buffer after `len` floats; `None` if nothing is left after them.
fn split_off<T: Buffers>(buffers: T, len: usize) -> (T, Option<T>) {
    if buffers.len() <= len {
        return (buffers, None);
    }
    let (first, rest) = buffers.split_at(len);
    (first, Some(rest))
}
