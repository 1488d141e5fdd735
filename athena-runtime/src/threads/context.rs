//! The state of a thread: outside any call, leading a call, or in a part of a region.

use super::shared::{self, POOL, Shared};
use super::team::INNER;
use crate::error::Error;
use std::cell::Cell;
use std::sync::Arc;

thread_local! {
    static PLACE: Cell<Place> = const { Cell::new(Place::Outside) };
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// The thread is in no call.
    Outside,
    /// This thread made the call on which the team works.
    Leading { team: usize },
    /// The thread is in a part of the team's first region. A region that is opened here is the team's region `region`.
    Within { team: usize, region: usize },
    /// The thread is in a part of an inner region. Regions that are opened here run on this thread alone.
    Alone,
}

/// Calls `work` with another pool on this thread.
pub(super) fn install<T>(pool: &Arc<Shared>, work: impl FnOnce() -> T) -> T {
    with(Arc::clone(pool), Place::Outside, work)
}

/// Calls `work` with this pool and this state.
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

/// Calls `work` with this state, and then restores the state, also after a panic.
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

/// The pool of this thread, if the pool's threads exist.
fn current() -> Result<Option<Arc<Shared>>, Error> {
    match POOL.with_borrow(Option::clone) {
        Some(pool) => Ok(pool.is_of_this_process().then_some(pool)),
        None => shared::shared(),
    }
}

/// The number of threads on which calls from this thread are computed. See [`Pool`](super::Pool).
///
/// # Errors
/// `ATHENA_THREADS` is not a number of threads.
pub(crate) fn count() -> Result<usize, Error> {
    Ok(current()?.map_or(1, |pool| pool.threads()))
}

/// Waits for the turn of this thread's call, unless it already has its turn, and then calls `work`. See [`Pool`](super::Pool).
///
/// # Errors
/// `ATHENA_THREADS` is not a number of threads.
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

/// The pool, and the team that this thread leads, if it leads one.
fn led() -> Option<(Arc<Shared>, usize)> {
    match PLACE.get() {
        Place::Leading { team } => Some((POOL.with_borrow(Option::clone)?, team)),
        _ => None,
    }
}

/// The number of threads that may work on the region that this thread opens next, including itself.
pub(crate) fn within_reach() -> usize {
    led().map_or(1, |(pool, team)| pool.within_reach(team))
}

/// Calls `work` with up to `threads` threads, which stay in the team while they find nothing to do, because `work` opens many
/// small regions one after the other.
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

/// Calls `work` with every number below `parts`, in parallel, and returns when all calls are done.
pub(super) fn for_each(parts: usize, work: &(dyn Fn(usize) + Sync)) {
    match PLACE.get() {
        _ if parts == 0 => {}
        Place::Outside => {
            // Without a pool, this thread does all parts.
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
