//! Where a thread is: outside any call, leading one, or within a part of a region.

use super::pool::{self, Shared};
use super::team::INNER;
use crate::error::Error;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

thread_local! {
    /// The pool that was installed on this thread, or that it belongs to.
    static POOL: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
    static PLACE: Cell<Place> = const { Cell::new(Place::Outside) };
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// Of any call.
    Outside,
    /// This thread made the call that the team works on.
    Leading { team: usize },
    /// In a part of the team's first region; what is opened here is its region of this number.
    Within { team: usize, region: usize },
    /// In a part of a region within another: what comes here runs on this thread alone.
    Alone,
}

/// Calls `work` with another pool on this thread.
pub(super) fn install<T>(pool: &Arc<Shared>, work: impl FnOnce() -> T) -> T {
    with(Arc::clone(pool), Place::Outside, work)
}

/// This thread is one of the pool's own.
pub(super) fn belong(pool: &Arc<Shared>) {
    POOL.set(Some(Arc::clone(pool)));
}

/// Calls `work` with this pool at this place.
fn with<T>(pool: Arc<Shared>, place: Place, work: impl FnOnce() -> T) -> T {
    struct Before(Option<Arc<Shared>>);
    impl Drop for Before {
        fn drop(&mut self) {
            POOL.set(self.0.take());
        }
    }
    let _before = Before(POOL.replace(Some(pool)));
    at(place, work)
}

/// Calls `work` at a place; the thread is back where it was afterwards, after a panic too.
fn at<T>(place: Place, work: impl FnOnce() -> T) -> T {
    struct Before(Place);
    impl Drop for Before {
        fn drop(&mut self) {
            PLACE.set(self.0);
        }
    }
    let _before = Before(PLACE.replace(place));
    work()
}

/// The pool of this thread, if its threads are there.
fn current() -> Result<Option<Arc<Shared>>, Error> {
    match POOL.with_borrow(Option::clone) {
        Some(pool) => Ok(pool.is_of_this_process().then_some(pool)),
        None => pool::shared(),
    }
}

/// How many threads calls from this thread are computed on: see [`Pool`](super::Pool).
///
/// # Errors
/// An `ATHENA_THREADS` that is no number of threads.
///
/// ```
/// fn main() -> Result<(), athena::Error> {
///     assert!(athena::threads::count()? >= 1);
///     Ok(())
/// }
/// ```
pub fn count() -> Result<usize, Error> {
    Ok(current()?.map_or(1, |pool| pool.threads()))
}

/// Calls `work` once this thread's call has its turn, unless it has it already: see [`Pool`](super::Pool).
///
/// # Errors
/// An `ATHENA_THREADS` that is no number of threads.
pub(crate) fn in_turn<T>(work: impl FnOnce() -> T) -> Result<T, Error> {
    struct Turn(Arc<Shared>, usize);
    impl Drop for Turn {
        fn drop(&mut self) {
            self.0.leave(self.1);
        }
    }
    if PLACE.get() != Place::Outside {
        return Ok(work());
    }
    let Some(pool) = current()? else { return Ok(at(Place::Alone, work)) };
    let team = pool.enter();
    let turn = Turn(pool, team);
    Ok(with(Arc::clone(&turn.0), Place::Leading { team }, work))
}

/// The pool, and the team that this thread leads, if it does.
fn led() -> Option<(Arc<Shared>, usize)> {
    match PLACE.get() {
        Place::Leading { team } => Some((POOL.with_borrow(Option::clone)?, team)),
        _ => None,
    }
}

/// Threads that may work on what this thread opens next, itself included.
pub(crate) fn within_reach() -> usize {
    led().map_or(1, |(pool, team)| pool.within_reach(team))
}

/// Calls `work`, with up to `threads` threads at hand, which stay although they find nothing to do for a moment: in `work`, one small region
/// follows another.
pub(crate) fn attended(threads: usize, work: impl FnOnce()) {
    struct Attended(Arc<Shared>, usize);
    impl Drop for Attended {
        fn drop(&mut self) {
            self.0.team(self.1).set_attended(false);
        }
    }
    let _attended = led().map(|(pool, team)| {
        pool.team(team).set_attended(true);
        pool.recruit(team, pool.team(team).helpers(), threads - 1);
        Attended(pool, team)
    });
    work();
}

/// Calls `work` with every number below `parts`, at the same time where there are threads, and returns once all are done.
pub(super) fn for_each(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    match PLACE.get() {
        _ if parts == 0 => {}
        Place::Outside => {
            // Where there is no pool to be had, this thread does it all.
            if in_turn(|| for_each(parts, work)).is_err() {
                at(Place::Alone, || (0..parts).for_each(work));
            }
        }
        Place::Leading { team } => {
            let place = |part| if part < INNER { Place::Within { team, region: 1 + part } } else { Place::Alone };
            let work = |part| at(place(part), || work(part));
            open(team, 0, parts, &work);
        }
        Place::Within { team, region } => open(team, region, parts, &|part| at(Place::Alone, || work(part))),
        Place::Alone => (0..parts).for_each(work),
    }
}

/// Runs a region of a team.
fn open(team: usize, region: usize, parts: usize, work: &(dyn Fn(usize) + Sync)) {
    let pool = POOL.with_borrow(Option::clone).filter(|pool| parts > 1 && pool.threads() > 1);
    let Some(pool) = pool else { return (0..parts).for_each(work) };
    let its = pool.team(team);
    let opened = || pool.recruit(team, its.helpers_who_see(), parts - 1);
    let between = || pool.recruit(team, its.helpers(), parts - 1);
    its.region(region).run(parts, work, opened, between);
}
