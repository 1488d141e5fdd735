//! A pool: the threads that all calls share, and their turns.

use super::context;
use super::region::Seat;
use super::team::Team;
use super::turns::{Queue, Turns};
use crate::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::thread::{JoinHandle, Thread};

/// The most threads that a pool may have: far more than a batch has shards, few enough that a slip of the keyboard does not take
/// the machine down.
const MOST_THREADS: usize = 1024;

/// The environment variable that says how many threads the pool has that all share.
pub(super) const VARIABLE: &str = "ATHENA_THREADS";

/// Threads that calls are computed on.
///
/// All of a process share one pool, which starts at the first call and has a thread for each core (fewer where the
/// process may not use all, by its affinity or a container's limit; `ATHENA_THREADS` sets another number). The thread that makes a call works, too, so the pool starts
/// one less. A pool of one's own is for those who want some calls kept to some number of threads: whatever runs in
/// [`install`](Self::install) uses it. It may be shared, and its threads are gone when it is dropped.
///
/// At most as many threads work at a time as the pool has, callers included. A call that comes when all are busy waits for its
/// turn, in the order of arrival. A call that is alone has all threads; calls that run at the same time share them, and no result depends on that.
///
/// ```
/// use athena::prelude::*;
/// use athena::threads::Pool;
///
/// resnet! {
///     struct Net(1x8x8) -> 2 { input -> conv(16, 3x3) -> relu -> global_avg_pool -> flatten -> linear(2) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let (pool, network) = (Pool::new(2)?, Net::new(1));
///     let scores = pool.install(|| network.predict(&[0.5; 64]))?;
///     assert_eq!(scores, network.predict(&[0.5; 64])?);
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct Pool {
    shared: Arc<Shared>,
    started: Vec<JoinHandle<()>>,
}

/// What callers and workers of a pool have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub turns: Turns<Idle>,
    teams: Vec<Team>,
    workers: Vec<Worker>,
    /// Calls that have a turn.
    calls: AtomicUsize,
    /// The process that started the threads: a child that it forks has none of them.
    process: u32,
}

/// What nobody uses at the moment.
#[derive(Debug)]
pub(super) struct Idle {
    teams: Vec<usize>,
    workers: Vec<usize>,
    /// Workers that have begun.
    begun: usize,
}

#[derive(Debug)]
struct Worker {
    /// `AWAKE`, `ASLEEP`, `ENDED`, or `TEAM` and the team that it is to help.
    post: AtomicUsize,
    thread: OnceLock<Thread>,
}

const AWAKE: usize = 0;
const ASLEEP: usize = 1;
const ENDED: usize = 2;
const TEAM: usize = 3;

impl Pool {
    /// A pool of `threads` threads, that of the caller included; with 0, as many as the shared one has.
    ///
    /// # Errors
    /// [`Error::Threads`] if there are more than 1024, or the system refuses to start one; an `ATHENA_THREADS` that is no such number.
    pub fn new(threads: usize) -> Result<Self, Error> {
        let threads = if threads == 0 { default_threads()? } else { threads };
        if threads > MOST_THREADS {
            return Err(Error::Threads { threads, reason: format!("{MOST_THREADS} are the most") });
        }
        let (pool, refused) = Self::start(threads);
        match refused {
            None => Ok(pool),
            Some(reason) => Err(Error::Threads { threads, reason }),
        }
    }

    /// The same, but with as many threads as the system grants, and why not more.
    fn start(threads: usize) -> (Self, Option<String>) {
        let worker = || Worker { post: AtomicUsize::new(AWAKE), thread: OnceLock::new() };
        let others = threads - 1;
        let idle = Idle { teams: (0..threads).collect(), workers: Vec::with_capacity(others), begun: 0 };
        let shared = Arc::new(Shared {
            turns: Turns::new(threads, idle),
            teams: (0..threads).map(|_| Team::new()).collect(),
            workers: (0..others).map(|_| worker()).collect(),
            calls: AtomicUsize::new(0),
            process: process(),
        });
        let mut pool = Self { shared, started: Vec::with_capacity(others) };
        let mut refused = None;
        for index in 0..others {
            let shared = Arc::clone(&pool.shared);
            let name = format!("athena-{}", index + 1);
            match std::thread::Builder::new().name(name).spawn(move || shared.work(index)) {
                Ok(thread) => pool.started.push(thread),
                Err(error) => {
                    refused = Some(error.to_string());
                    break;
                }
            }
        }
        // A thread that has begun has allocated all that it ever needs.
        while pool.shared.turns.lock().with.begun < pool.started.len() {
            std::thread::yield_now();
        }
        (pool, refused)
    }

    /// Calls `work` on this thread; what it computes with athena is computed by this pool's threads. Threads that `work` starts
    /// use the shared pool, unless they install one themselves.
    ///
    /// ```
    /// use athena::threads::{Pool, count};
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let pool = Pool::new(2)?;
    ///     assert_eq!(pool.install(count)?, pool.threads());
    ///     Ok(())
    /// }
    /// ```
    pub fn install<T>(&self, work: impl FnOnce() -> T) -> T {
        context::install(&self.shared, work)
    }

    /// Threads that work at a time, that of a caller included.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.shared.threads()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for worker in &self.shared.workers[..self.started.len()] {
            worker.send(ENDED);
        }
        for thread in self.started.drain(..) {
            // Panics of the work went to whoever called, so there is nothing to learn here.
            let _ = thread.join();
        }
    }
}

/// The pool that all share; `None` where a process has forked too often to have one.
pub(super) fn shared() -> Result<Option<Arc<Shared>>, Error> {
    /// A process that was forked has none of its parent's threads, so it gets a pool of its own, in the next place.
    static POOLS: [OnceLock<Arc<Shared>>; 8] = [const { OnceLock::new() }; 8];
    static STARTING: Mutex<()> = Mutex::new(());
    let own = |pool: &&OnceLock<Arc<Shared>>| pool.get().is_none_or(|pool| pool.is_of_this_process());
    let Some(place) = POOLS.iter().find(own) else { return Ok(None) };
    if let Some(pool) = place.get() {
        return Ok(Some(Arc::clone(pool)));
    }
    let threads = default_threads()?;
    let _one_at_a_time = lock_std(&STARTING);
    let pool = place.get_or_init(|| {
        // With fewer threads where the system refuses one: they compute the same.
        let (mut pool, _) = Pool::start(threads);
        pool.started.clear();
        Arc::clone(&pool.shared)
    });
    Ok(Some(Arc::clone(pool)))
}

fn lock_std(mutex: &Mutex<()>) -> MutexGuard<'_, ()> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What `ATHENA_THREADS` says, or one thread for each core that this process may use.
fn default_threads() -> Result<usize, Error> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let Some(word) = std::env::var_os(VARIABLE).filter(|word| !word.is_empty()) else { return Ok(cores()) };
    let number = word.to_str().and_then(|word| word.trim().parse().ok());
    match number {
        Some(0) => Ok(cores()),
        Some(threads) if threads <= MOST_THREADS => Ok(threads),
        _ => Err(Error::ThreadsVariable { word: word.to_string_lossy().into_owned(), most: MOST_THREADS }),
    }
}

/// The number of this process; 0 where there are no others.
fn process() -> u32 {
    if cfg!(unix) { std::process::id() } else { 0 }
}

impl Shared {
    pub fn threads(&self) -> usize {
        self.teams.len()
    }

    pub fn team(&self, team: usize) -> &Team {
        &self.teams[team]
    }

    /// Whether the threads are there: they are not in a child that was forked.
    pub fn is_of_this_process(&self) -> bool {
        self.process == process()
    }

    /// Waits for this call's turn; returns its team.
    pub fn enter(&self) -> usize {
        let mut queue = self.turns.enter();
        self.calls.fetch_add(1, Ordering::AcqRel);
        // There is a team for each permit.
        queue.with.teams.pop().unwrap_or_default()
    }

    /// The call is over. Helpers of its team stay a while: the next call gets the team that was used last.
    pub fn leave(&self, team: usize) {
        let mut queue = self.turns.lock();
        self.calls.fetch_sub(1, Ordering::AcqRel);
        queue.with.teams.push(team);
        self.turns.leave(queue);
    }

    /// Helpers that a call may have, so that calls at the same time have as many threads each.
    fn fair(&self) -> usize {
        self.threads().div_ceil(self.calls.load(Ordering::Acquire).max(1)) - 1
    }

    /// Threads that a call would have now if it asked for helpers.
    pub fn within_reach(&self, team: usize) -> usize {
        let helpers = self.teams[team].helpers();
        let free = if self.turns.waiting() == 0 { self.turns.free() } else { 0 };
        1 + (helpers + free).min(self.fair())
    }

    /// Sends helpers to a team that has `helpers`, until it has `wanted` or no worker is to spare.
    pub fn recruit(&self, team: usize, mut helpers: usize, wanted: usize) {
        if helpers >= wanted || self.turns.free() == 0 {
            return;
        }
        let wanted = wanted.min(self.fair());
        let mut queue = self.turns.lock();
        while helpers < wanted {
            let Some(worker) = self.spare(&mut queue) else { return };
            self.teams[team].add_helper();
            self.workers[worker].send(TEAM + team);
            helpers += 1;
        }
    }

    /// A worker that has nothing to do, and a permit for it.
    fn spare(&self, queue: &mut Queue<Idle>) -> Option<usize> {
        if queue.with.workers.is_empty() || !self.turns.try_enter(queue) {
            return None;
        }
        queue.with.workers.pop()
    }

    /// A worker's life.
    fn work(self: &Arc<Self>, index: usize) {
        context::belong(self);
        let worker = &self.workers[index];
        let _ = worker.thread.set(std::thread::current());
        let mut queue = self.turns.lock();
        queue.with.begun += 1;
        queue.with.workers.push(index);
        drop(queue);
        while let Some(team) = worker.receive() {
            let seat = Seat { index: index + 1, of: self.threads() };
            // A call that waits for its turn goes before any help.
            let most = || if self.turns.waiting() == 0 { self.fair() } else { 0 };
            // Panics of parts are caught where they happen; another one is ours, and must not take the permit along.
            let _ = catch_unwind(AssertUnwindSafe(|| self.teams[team].help(seat, most)));
            let mut queue = self.turns.lock();
            queue.with.workers.push(index);
            self.turns.leave(queue);
        }
    }
}

impl Worker {
    fn send(&self, post: usize) {
        if self.post.swap(post, Ordering::AcqRel) == ASLEEP
            && let Some(thread) = self.thread.get()
        {
            thread.unpark();
        }
    }

    /// The team that it is sent to; `None` at the end.
    fn receive(&self) -> Option<usize> {
        loop {
            match self.post.compare_exchange(AWAKE, ASLEEP, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) | Err(ASLEEP) => std::thread::park(),
                Err(ENDED) => return None,
                Err(post) => {
                    // `ENDED` may have come meanwhile.
                    let _ = self.post.compare_exchange(post, AWAKE, Ordering::AcqRel, Ordering::Acquire);
                    return Some(post - TEAM);
                }
            }
        }
    }
}
