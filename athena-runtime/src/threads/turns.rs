//! Turns: they limit the number of threads that work at a time. Callers that have to wait are let in in the order of arrival.

use super::sync::{AtomicUsize, Condvar, Mutex, MutexGuard, Ordering, lock, patience, sleep, spin};
use std::array::from_fn;

/// The number of condition variables for sleeping callers. A caller uses the one of its ticket modulo this number, so that few wake in vain.
const DOORS: usize = if cfg!(loom) { 2 } else { 64 };

/// The number of checks before a waiting caller sleeps. A helper that can be spared gives up its permit within a few.
const LOOKS: u32 = patience(1000);

/// Permits to work, one for each thread of a pool, callers included, and the queue of callers that wait for one.
#[derive(Debug)]
pub struct Turns<T> {
    queue: Mutex<Queue<T>>,
    doors: [Condvar; DOORS],
    /// The number of free permits: a copy of `Queue::free` that is read without the lock.
    free: AtomicUsize,
    /// Number of callers that wait.
    waiting: AtomicUsize,
    /// A copy of `Queue::let_in`.
    let_in: AtomicUsize,
}

/// The data behind the lock. `T` is data that the user of the turns keeps under the same lock.
#[derive(Debug)]
pub struct Queue<T> {
    free: usize,
    /// The number of tickets drawn so far, and the number of those that were let in. Tickets are let in in order.
    drawn: usize,
    let_in: usize,
    pub with: T,
}

impl<T> Turns<T> {
    pub fn new(permits: usize, with: T) -> Self {
        Self {
            queue: Mutex::new(Queue { free: permits, drawn: 0, let_in: 0, with }),
            doors: from_fn(|_| Condvar::new()),
            free: AtomicUsize::new(permits),
            waiting: AtomicUsize::new(0),
            let_in: AtomicUsize::new(0),
        }
    }

    /// Waits for a permit, after all that wait already. Returns with the lock held.
    pub fn enter(&self) -> MutexGuard<'_, Queue<T>> {
        let mut queue = self.lock();
        let nobody_waits = queue.drawn == queue.let_in;
        if nobody_waits && self.take(&mut queue) {
            return queue;
        }
        let ticket = queue.drawn;
        queue.drawn = queue.drawn.wrapping_add(1);
        self.waiting.store(queue.waiting(), Ordering::Release);
        drop(queue);
        // Tickets wrap around. None is ever ahead of another by half of all numbers.
        let may_enter = |let_in: usize| let_in.wrapping_sub(ticket).wrapping_sub(1) < usize::MAX / 2;
        for _ in 0..LOOKS {
            if may_enter(self.let_in.load(Ordering::Acquire)) {
                break;
            }
            spin();
        }
        let mut queue = self.lock();
        while !may_enter(queue.let_in) {
            queue = sleep(&self.doors[ticket % DOORS], queue);
        }
        queue
    }

    /// Takes a permit if one is free and no caller waits for it.
    pub fn try_enter(&self, queue: &mut Queue<T>) -> bool {
        queue.waiting() == 0 && self.take(queue)
    }

    /// Returns a permit, which goes to the caller that has waited longest.
    pub fn leave(&self, mut queue: MutexGuard<'_, Queue<T>>) {
        if queue.waiting() == 0 {
            queue.free += 1;
            self.free.store(queue.free, Ordering::Release);
            return;
        }
        let ticket = queue.let_in;
        queue.let_in = queue.let_in.wrapping_add(1);
        self.let_in.store(queue.let_in, Ordering::Release);
        self.waiting.store(queue.waiting(), Ordering::Release);
        drop(queue);
        self.doors[ticket % DOORS].notify_all();
    }

    pub fn lock(&self) -> MutexGuard<'_, Queue<T>> {
        lock(&self.queue)
    }

    /// The number of callers that wait. It may be slightly out of date.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// The number of free permits. It may be slightly out of date.
    pub fn free(&self) -> usize {
        self.free.load(Ordering::Acquire)
    }

    fn take(&self, queue: &mut Queue<T>) -> bool {
        let one = queue.free > 0;
        if one {
            queue.free -= 1;
            self.free.store(queue.free, Ordering::Release);
        }
        one
    }
}

impl<T> Queue<T> {
    fn waiting(&self) -> usize {
        self.drawn.wrapping_sub(self.let_in)
    }
}
