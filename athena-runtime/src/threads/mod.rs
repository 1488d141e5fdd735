//! Which threads the work runs on.
//!
//! - `pool`: threads that all calls share, and [`Pool`]s of one's own;
//! - `turns`: at most so many threads work at a time, callers included, and calls are let in in the order in which they came;
//! - `team`: the threads that work on one call;
//! - `region`: a list of parts, which the threads of a team claim;
//! - `context`: where a thread is, so that a region is opened in the right place.
//!
//! Who waits runs nothing meanwhile: no thread ever finds another call's work, or a part that waits in its turn, above its own on the stack.
//! Nothing allocates once a pool has started.

mod context;
mod pool;
mod region;
mod sync;
mod team;
#[cfg(test)]
mod tests;
mod turns;

pub use pool::Pool;

pub use context::count;
pub(crate) use context::{attended, in_turn, within_reach};

use crate::error::Error;
use crate::float_control::flushing_subnormals;
use std::array::from_fn;
use std::sync::{Mutex, PoisonError};

/// Pieces that memory is cut into at most, for a region of parts.
pub(crate) const PIECES: usize = region::MOST_PARTS;

/// Runs `work` with a pool of `threads` threads, this one included: see [`Pool::install`]. With 0, as many as the shared pool has. All of
/// them are gone when it returns. A panic of `work` goes on in the caller.
///
/// # Errors
/// [`Error::Threads`] if there are more than 1024, or the system refuses to start one; an `ATHENA_THREADS` that is no such number.
///
/// ```
/// use athena::threads::{count, with_threads};
///
/// fn main() -> Result<(), athena::Error> {
///     let threads = with_threads(2, count)??;
///     assert_eq!(threads, 2);
///     Ok(())
/// }
/// ```
pub fn with_threads<T>(threads: usize, work: impl FnOnce() -> T) -> Result<T, Error> {
    Ok(Pool::new(threads)?.install(work))
}

/// Calls `work` with each number below `count`, at the same time where there are threads. A panic of `work` goes on in the caller, once all
/// other numbers are done.
///
/// `work` may call networks; it must not wait for what another thread computes with athena, which may wait for this one's turn to end.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// let sum = AtomicUsize::new(0);
/// athena::threads::for_each_index(5, &|index| {
///     sum.fetch_add(index, Ordering::Relaxed);
/// });
/// assert_eq!(sum.into_inner(), 10);
/// ```
pub fn for_each_index(count: usize, work: &(impl Fn(usize) + Sync)) {
    let parts = count.min(region::MOST_PARTS);
    context::for_each(parts, &|part| bounds(count, parts, part).for_each(work));
}

/// Calls `work` with the index of each chunk of `len` floats (the last may be shorter), at the same time where there are threads: as
/// [`for_each_index`].
///
/// # Panics
/// If `len` is 0 and there are floats.
///
/// ```
/// let mut floats = [1.0, 2.0, 3.0];
/// athena::threads::for_each_chunk(&mut floats, 2, &|index, chunk| chunk.iter_mut().for_each(|x| *x += index as f32));
/// assert_eq!(floats, [1.0, 2.0, 4.0]);
/// ```
pub fn for_each_chunk(floats: &mut [f32], len: usize, work: &(impl Fn(usize, &mut [f32]) + Sync)) {
    let chunks = if floats.is_empty() { 0 } else { floats.len().div_ceil(len) };
    let pieces = chunks.min(PIECES);
    let mut rest = floats;
    let pieces = (0..pieces).map(|piece| {
        let chunks = bounds(chunks, pieces, piece);
        let floats = split_off(&mut rest, chunks.len() * len);
        (chunks.start, floats)
    });
    for_each_of::<PIECES, _>(pieces, &|(first, floats)| {
        floats.chunks_mut(len).enumerate().for_each(|(i, chunk)| work(first + i, chunk));
    });
}

/// Calls `work`, which computes a step or an inference, in this thread's turn and with subnormal numbers flushed to zero.
///
/// # Errors
/// An `ATHENA_THREADS` that is no number of threads.
pub(crate) fn compute<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    in_turn(|| flushing_subnormals(work))
}

/// Calls `work` with each of up to `N` pieces, at the same time where there are threads.
pub(crate) fn for_each_of<const N: usize, T: Send>(
    pieces: impl ExactSizeIterator<Item = T>,
    work: &(impl Fn(T) + Sync),
) {
    let (count, mut pieces) = (pieces.len(), pieces);
    assert!(count <= N, "no more than {N} pieces");
    if count == 1 {
        // Still a part: regions within it are the team's inner ones.
        let piece = Mutex::new(pieces.next());
        return context::for_each(1, &|_| take(&piece).into_iter().for_each(work));
    }
    let pieces: [Mutex<Option<T>>; N] = from_fn(|_| Mutex::new(pieces.next()));
    context::for_each(count, &|part| take(&pieces[part]).into_iter().for_each(work));
}

/// What nobody has taken yet.
fn take<T>(piece: &Mutex<Option<T>>) -> Option<T> {
    piece.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// Which of `count` things piece `index` of `pieces` has: as many as the others, but for one.
pub(crate) fn bounds(count: usize, pieces: usize, index: usize) -> std::ops::Range<usize> {
    // A product of two counts may be beyond usize.
    let start = |index: usize| (count as u128 * index as u128 / pieces as u128) as usize;
    start(index)..start(index + 1)
}

/// Cuts off the first `len` floats, or all if there are fewer.
pub(crate) fn split_off<'a>(floats: &mut &'a mut [f32], len: usize) -> &'a mut [f32] {
    let all = std::mem::take(floats);
    let (first, rest) = all.split_at_mut(len.min(all.len()));
    *floats = rest;
    first
}
