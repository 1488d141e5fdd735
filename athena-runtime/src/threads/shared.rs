//! The threads of a pool, the turns of its calls, and the pool that all calls of a process share.

use super::region::Seat;
use super::team::Team;
use super::turns::{Queue, Turns};
use crate::error::Error;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::thread::{JoinHandle, Thread};

/// A pool has at most this many threads. One batch keeps far fewer busy, so nobody needs more; and if someone types too large a number, the
/// machine does not suffer.
pub(super) const MOST_THREADS: usize = 1024;

/// The environment variable with the number of threads of the shared pool.
pub(super) const VARIABLE: &str = "ATHENA_THREADS";

thread_local! {
    /// The pool that is installed on this thread, or whose worker it is.
    pub(super) static POOL: RefCell<Option<Arc<Shared>>> = const { RefCell::new(None) };
}

/// The data that callers and workers of a pool share.
#[derive(Debug)]
pub(super) struct Shared {
    pub turns: Turns<Idle>,
    teams: Vec<Team>,
    workers: Vec<Worker>,
    /// Number of calls that have a turn.
    calls: AtomicUsize,
    /// The process that started the threads. A forked child has none of them.
    process: u32,
}

/// The idle workers and unused teams.
#[derive(Debug)]
pub(super) struct Idle {
    teams: Vec<usize>,
    workers: Vec<usize>,
    /// Number of workers that have begun.
    begun: usize,
}

#[derive(Debug)]
struct Worker {
    /// `AWAKE`, `ASLEEP`, `ENDED`, or `TEAM` plus the team that the worker has to help.
    post: AtomicUsize,
    thread: OnceLock<Thread>,
}

const AWAKE: usize = 0;
const ASLEEP: usize = 1;
const ENDED: usize = 2;
const TEAM: usize = 3;

/// The shared pool; `None` if the process has been forked too often to have one.
pub(super) fn shared() -> Result<Option<Arc<Shared>>, Error> {
    /// The shared pools. A forked process has none of its parent's threads, so it gets a new pool, in the next place.
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
        // The pool has fewer threads if the system cannot start all. The results are the same.
        let (pool, ..) = Shared::start(threads);
        pool
    });
    Ok(Some(Arc::clone(pool)))
}

fn lock_std(mutex: &Mutex<()>) -> MutexGuard<'_, ()> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The number in `ATHENA_THREADS`, or the number of cores that this process may use.
pub(super) fn default_threads() -> Result<usize, Error> {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let Some(word) = std::env::var_os(VARIABLE).filter(|word| !word.is_empty()) else { return Ok(cores()) };
    let number = word.to_str().and_then(|word| word.trim().parse().ok());
    match number {
        Some(0) => Ok(cores()),
        Some(threads) if threads <= MOST_THREADS => Ok(threads),
        _ => Err(Error::ThreadsVariable { word: word.to_string_lossy().into_owned(), most: MOST_THREADS }),
    }
}

/// The ID of this process; 0 on systems without processes.
fn process() -> u32 {
    if cfg!(unix) { std::process::id() } else { 0 }
}

impl Shared {
    /// Starts a pool with as many of these threads as the system can start. Returns the reason if it cannot start all.
    pub fn start(threads: usize) -> (Arc<Self>, Vec<JoinHandle<()>>, Option<String>) {
        let worker = || Worker { post: AtomicUsize::new(AWAKE), thread: OnceLock::new() };
        let others = threads - 1;
        let idle = Idle { teams: (0..threads).collect(), workers: Vec::with_capacity(others), begun: 0 };
        let shared = Arc::new(Self {
            turns: Turns::new(threads, idle),
            teams: (0..threads).map(|_| Team::new()).collect(),
            workers: (0..others).map(|_| worker()).collect(),
            calls: AtomicUsize::new(0),
            process: process(),
        });
        let (mut started, mut refused) = (Vec::with_capacity(others), None);
        for index in 0..others {
            let its = Arc::clone(&shared);
            let name = format!("athena-{}", index + 1);
            match std::thread::Builder::new().name(name).spawn(move || its.work(index)) {
                Ok(thread) => started.push(thread),
                Err(error) => {
                    refused = Some(error.to_string());
                    break;
                }
            }
        }
        // After a thread has begun, it allocates nothing.
        while shared.turns.lock().with.begun < started.len() {
            std::thread::yield_now();
        }
        (shared, started, refused)
    }

    /// Ends the first `workers` workers, once they have nothing to do.
    pub fn end(&self, workers: usize) {
        for worker in &self.workers[..workers] {
            worker.send(ENDED);
        }
    }

    pub fn threads(&self) -> usize {
        self.teams.len()
    }

    pub fn team(&self, team: usize) -> &Team {
        &self.teams[team]
    }

    /// Whether the threads exist in this process. In a forked child they do not.
    pub fn is_of_this_process(&self) -> bool {
        self.process == process()
    }

    /// Waits for this call's turn, and returns its team.
    pub fn enter(&self) -> usize {
        let mut queue = self.turns.enter();
        self.calls.fetch_add(1, Ordering::AcqRel);
        // There are as many teams as permits, so there is always one.
        queue.with.teams.pop().unwrap_or_default()
    }

    /// Ends the call. The helpers of its team stay for a while, since the next call gets the team that was used last.
    pub fn leave(&self, team: usize) {
        let mut queue = self.turns.lock();
        self.calls.fetch_sub(1, Ordering::AcqRel);
        queue.with.teams.push(team);
        self.turns.leave(queue);
    }

    /// The number of helpers that a call may have, so that simultaneous calls have equally many threads.
    fn fair(&self) -> usize {
        self.threads().div_ceil(self.calls.load(Ordering::Acquire).max(1)) - 1
    }

    /// The number of threads that a call would have now if it asked for helpers.
    pub fn within_reach(&self, team: usize) -> usize {
        let helpers = self.teams[team].helpers();
        let free = if self.turns.waiting() == 0 { self.turns.free() } else { 0 };
        1 + (helpers + free).min(self.fair())
    }

    /// Sends helpers to a team that has `helpers`, until it has `wanted` or no worker is free.
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

    /// Takes an idle worker and a permit for it.
    fn spare(&self, queue: &mut Queue<Idle>) -> Option<usize> {
        if queue.with.workers.is_empty() || !self.turns.try_enter(queue) {
            return None;
        }
        queue.with.workers.pop()
    }

    /// The main loop of a worker.
    fn work(self: &Arc<Self>, index: usize) {
        POOL.set(Some(Arc::clone(self)));
        let worker = &self.workers[index];
        let _ = worker.thread.set(std::thread::current());
        let mut queue = self.turns.lock();
        queue.with.begun += 1;
        queue.with.workers.push(index);
        drop(queue);
        while let Some(team) = worker.receive() {
            let seat = Seat { index: index + 1, of: self.threads() };
            // A call that waits for its turn has priority over helpers.
            let most = || if self.turns.waiting() == 0 { self.fair() } else { 0 };
            // Panics of parts are caught in the region. Any other panic is a bug here, and must not lose the permit.
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

    /// Waits for the team to which the worker is sent; `None` when the pool ends.
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
