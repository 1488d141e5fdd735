//! The threads on which athena computes.
//!
//! - `shared`: the threads of a pool, and the pool that all calls share;
//! - `pool`: [`Pool`]s that a caller starts for some calls;
//! - `turns`: limits the number of threads that work at a time, including callers, and lets calls in in the order of arrival;
//! - `team`: the threads that work on one call;
//! - `region`: a list of parts, which the threads of a team claim;
//! - `context`: the state of a thread, so that a region is opened in the right team.
//!
//! A thread that waits runs nothing else meanwhile. So a thread never has the work of another call, or of another part, on its
//! stack above its own. After a pool has started, nothing allocates.

mod context;
mod pool;
mod region;
mod shared;
mod sync;
mod team;
#[cfg(test)]
mod tests;
mod turns;

pub use pool::Pool;

pub(crate) use context::{attended, count, in_turn, within_reach};

use crate::error::Error;
use crate::float_control::flushing_subnormals;
use std::array::from_fn;
use std::sync::{Mutex, PoisonError};

/// The largest number of pieces that memory is cut into for a region.
pub(crate) const PIECES: usize = region::MOST_PARTS;

/// Runs `work` with a pool of `threads` threads, including this one: see [`Pool::install`]. 0 means as many threads as the shared
/// pool has. The threads end before this function returns.
///
/// # Errors
/// [`Error::Threads`] if `threads` is more than 1024, or the system cannot start a thread. `ATHENA_THREADS` is not a number of threads.
///
/// # Panics
/// A panic of `work` continues in the caller.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x8x8) -> 2 { input -> conv(16, 3x3) -> relu -> global_avg_pool -> flatten -> linear(2) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let network = Net::new(1);
///     let scores = with_threads(1, || network.predict(&[0.5; 64]))??;
///     assert_eq!(scores, network.predict(&[0.5; 64])?);
///     Ok(())
/// }
/// ```
pub fn with_threads<T>(threads: usize, work: impl FnOnce() -> T) -> Result<T, Error> {
    Ok(Pool::new(threads)?.install(work))
}

/// Calls `work` with each number below `count`, in parallel. A panic of `work` continues in the caller after all other numbers are
/// done.
///
/// `work` may call networks. It must not wait for another thread that computes with athena, because that thread may wait for this
/// call's turn to end.
#[doc(hidden)]
pub fn for_each_index(count: usize, work: &(impl Fn(usize) + Sync)) {
    let parts = count.min(region::MOST_PARTS);
    context::for_each(parts, &|part| bounds(count, parts, part).for_each(work));
}

/// Calls `work` with the index of each chunk of `len` floats and the chunk (the last may be shorter), in parallel, like
/// [`for_each_index`].
///
/// # Panics
/// If `len` is 0 and there are floats.
#[doc(hidden)]
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

/// Calls `work`, which computes a step or an inference, in this call's turn and with subnormal numbers flushed to zero.
///
/// # Errors
/// `ATHENA_THREADS` is not a number of threads.
pub(crate) fn compute<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    in_turn(|| flushing_subnormals(work))
}

/// Calls `work` with each of up to `N` pieces, in parallel.
pub(crate) fn for_each_of<const N: usize, T: Send>(
    pieces: impl ExactSizeIterator<Item = T>,
    work: &(impl Fn(T) + Sync),
) {
    let (count, mut pieces) = (pieces.len(), pieces);
    assert!(count <= N, "no more than {N} pieces");
    if count == 1 {
        // A single piece is still a part, so that regions in it are inner regions of the team.
        let piece = Mutex::new(pieces.next());
        return context::for_each(1, &|_| take(&piece).into_iter().for_each(work));
    }
    let pieces: [Mutex<Option<T>>; N] = from_fn(|_| Mutex::new(pieces.next()));
    context::for_each(count, &|part| take(&pieces[part]).into_iter().for_each(work));
}

/// Takes the value, which only one thread can do.
fn take<T>(piece: &Mutex<Option<T>>) -> Option<T> {
    piece.lock().unwrap_or_else(PoisonError::into_inner).take()
}

/// The range of piece `index`, when `count` things are divided into `pieces` pieces whose lengths differ by at most one.
pub(crate) fn bounds(count: usize, pieces: usize, index: usize) -> std::ops::Range<usize> {
    // The product of two counts may overflow usize.
    let start = |index: usize| (count as u128 * index as u128 / pieces as u128) as usize;
    start(index)..start(index + 1)
}

/// Splits off the first `len` floats, or all if there are fewer.
pub(crate) fn split_off<'a>(floats: &mut &'a mut [f32], len: usize) -> &'a mut [f32] {
    let all = std::mem::take(floats);
    let (first, rest) = all.split_at_mut(len.min(all.len()));
    *floats = rest;
    first
}
