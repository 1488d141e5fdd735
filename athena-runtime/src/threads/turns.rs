//! Turns: at most so many threads work at a time, and callers that have to wait are let in in the order in which they came.

use super::sync::{AtomicUsize, Condvar, Mutex, MutexGuard, Ordering, lock, patience, sleep, spin};
use std::array::from_fn;

/// Callers that sleep are told apart by their ticket modulo so many, so that few wake in vain.
const DOORS: usize = if cfg!(loom) { 2 } else { 64 };

/// Looks before a caller that waits sleeps: a helper that is spared gives up its permit within a few.
const LOOKS: u32 = patience(1000);

/// Permits to work, one for each thread of a pool, callers included, and the queue of callers that wait for one.
#[derive(Debug)]
pub struct Turns<T> {
    queue: Mutex<Queue<T>>,
    doors: [Condvar; DOORS],
    /// Permits that nobody has; as `Queue::free`, for a look without the lock.
    free: AtomicUsize,
    /// Callers that wait.
    waiting: AtomicUsize,
    /// As `Queue::let_in`.
    let_in: AtomicUsize,
}

/// What the lock guards; `T` is what whoever uses the turns keeps under the same lock.
#[derive(Debug)]
pub struct Queue<T> {
    free: usize,
    /// Tickets drawn so far, and those of them that were let in: tickets are let in in their order.
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

    /// Waits for a permit, behind all who wait already; returns with the lock.
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
        // Tickets wrap around; none is ever half the numbers ahead of another.
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

    /// Takes a permit if there is one and nobody waits for it.
    pub fn try_enter(&self, queue: &mut Queue<T>) -> bool {
        queue.waiting() == 0 && self.take(queue)
    }

    /// Gives a permit back: to whoever has waited longest.
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

    /// Callers that wait, a moment ago.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Permits that nobody had a moment ago.
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
