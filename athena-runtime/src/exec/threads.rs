//! Which threads the work runs on.
//!
//! A call into rayon from a thread that is none of a pool's own goes through a queue whose blocks are allocated on the heap now
//! and then. A training step must not allocate, so the thread that trains is made worker 0 of its pool: [`with_threads`] does
//! that for the closure it runs, and a training step outside any pool does it for its thread, once.

use crate::error::Error;
use rayon::{ThreadPool, ThreadPoolBuilder, Yield};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

thread_local! {
    /// This thread works by itself: one thread was asked for, or there is only one.
    static ALONE: Cell<bool> = const { Cell::new(false) };
    /// The pool that this thread made itself worker 0 of by enlisting; its other threads end with this one.
    static POOL: RefCell<Option<Pool>> = const { RefCell::new(None) };
}

/// A pool whose first worker is the thread that made it.
struct Pool {
    pool: ThreadPool,
    others: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Ends the other threads and waits until they are gone: on their way out they still allocate.
    fn end(self) {
        drop(self.pool);
        for thread in self.others {
            // rayon hands a panic of the work to whoever asked for it, so there is nothing to learn here.
            let _ = thread.join();
        }
    }
}

/// The most threads that a pool may have: far more than a batch has shards, few enough that a slip of the keyboard does not take
/// the machine down.
const MOST_THREADS: usize = 1024;

/// Runs `work` on `threads` threads: on a thread of its own that is the first of a pool of so many, or works alone if `threads`
/// is 1. With 0, as many as rayon would take: `RAYON_NUM_THREADS`, or one a processor. All of them
/// are gone when it returns. A panic of `work` goes on in the caller.
///
/// Each call with more than one thread leaves a few kilobytes behind, which rayon never frees; call it around a whole training run
/// rather than around a step.
///
/// # Errors
/// [`Error::Threads`] if there are more than 1024, or the system refuses to start one.
pub fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> Result<T, Error> {
    if threads > MOST_THREADS {
        return Err(Error::Threads { threads, reason: format!("{MOST_THREADS} are the most") });
    }
    let refused = |reason: std::io::Error| Error::Threads { threads, reason: reason.to_string() };
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("athena".to_owned()).spawn_scoped(scope, || {
            if threads == 1 {
                ALONE.set(true);
                return Ok(work());
            }
            let pool = make_pool(threads)?;
            let result = catch_unwind(AssertUnwindSafe(work));
            pool.end();
            Ok(result.unwrap_or_else(|panic| resume_unwind(panic)))
        });
        match worker.map_err(refused)?.join() {
            Ok(result) => result,
            Err(panic) => resume_unwind(panic),
        }
    })
}

/// Makes the calling thread a worker, unless it is one or works alone: then calls of [`join`] allocate nothing. The pool gets
/// as many threads as rayon's global one would; that one is not started.
///
/// # Errors
/// [`Error::Threads`] if the system refuses to start a thread.
pub fn enlist() -> Result<(), Error> {
    if !ALONE.get() && rayon::current_thread_index().is_none() {
        POOL.set(Some(make_pool(0)?));
    }
    Ok(())
}

/// Makes the calling thread worker 0 of a new pool; returns once the other threads are up.
fn make_pool(threads: usize) -> Result<Pool, Error> {
    let mut others = Vec::new();
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .use_current_thread()
        .spawn_handler(|worker| {
            let name = format!("athena-{}", worker.index());
            others.push(std::thread::Builder::new().name(name).spawn(|| worker.run())?);
            Ok(())
        })
        .build()
        .map_err(|error| Error::Threads { threads, reason: error.to_string() })?;
    // Once every worker has answered, it has allocated all that it ever needs.
    pool.broadcast(|_| ());
    Ok(Pool { pool, others })
}

/// Threads that work is divided among.
pub fn count() -> usize {
    if ALONE.get() { 1 } else { rayon::current_num_threads() }
}

/// Runs both, at the same time where there is a thread to spare. A thread that has done its part stays awake until the other one has: it
/// takes longer to wake up than many a piece of work does.
pub fn join<A, B>(a: A, b: B)
where
    A: FnOnce() + Send,
    B: FnOnce() + Send,
{
    if count() == 1 {
        a();
        b();
        return;
    }
    let done = Flag::default();
    let a = || {
        a();
        done.work_until_set();
    };
    let b = || {
        let _set = done.set_on_drop();
        b();
    };
    rayon::join(a, b);
}

/// Runs `work` while the pool's other threads stay awake, so that they begin at once with what it leaves to them in a [`join`].
pub fn attended(work: impl FnOnce() + Send) {
    fn attend(done: &Flag, threads: usize) {
        match threads {
            0 => {}
            1 => done.work_until_set(),
            _ => {
                rayon::join(|| done.work_until_set(), || attend(done, threads - 1));
            }
        }
    }
    if count() == 1 {
        return work();
    }
    let done = Flag::default();
    let work = || {
        let _set = done.set_on_drop();
        work();
    };
    rayon::join(work, || attend(&done, count() - 1));
}

/// Tells other threads that something is done.
#[derive(Default)]
struct Flag(AtomicBool);

impl Flag {
    /// Looks so often for work before other programs get a turn.
    const PATIENCE: u32 = 256;

    /// Does whatever work of the pool there is until the flag is set.
    fn work_until_set(&self) {
        let mut idle = 0;
        while !self.0.load(Ordering::Acquire) {
            match rayon::yield_now() {
                Some(Yield::Executed) => idle = 0,
                _ if idle < Self::PATIENCE => {
                    idle += 1;
                    std::hint::spin_loop();
                }
                _ => std::thread::yield_now(),
            }
        }
    }

    /// Sets the flag when the returned value goes, by a panic too.
    fn set_on_drop(&self) -> impl Drop {
        struct Set<'a>(&'a Flag);
        impl Drop for Set<'_> {
            fn drop(&mut self) {
                self.0.0.store(true, Ordering::Release);
            }
        }
        Set(self)
    }
}

/// Calls `work` with the index of each chunk of `len` floats (the last may be shorter), at the same time where there are threads.
pub fn for_each_chunk(floats: &mut [f32], len: usize, work: &(impl Fn(usize, &mut [f32]) + Sync)) {
    fn split(floats: &mut [f32], len: usize, first: usize, work: &(impl Fn(usize, &mut [f32]) + Sync)) {
        let chunks = floats.len().div_ceil(len);
        if chunks <= 1 {
            if chunks == 1 {
                work(first, floats);
            }
            return;
        }
        let (left, right) = floats.split_at_mut(chunks / 2 * len);
        join(|| split(left, len, first, work), || split(right, len, first + chunks / 2, work));
    }
    split(floats, len, 0, work);
}

/// Calls `work` with each number below `count`, at the same time where there are threads.
pub fn for_each_index(count: usize, work: &(impl Fn(usize) + Sync)) {
    fn split(first: usize, count: usize, work: &(impl Fn(usize) + Sync)) {
        match count {
            0 => {}
            1 => work(first),
            _ => {
                let half = count / 2;
                join(|| split(first, half, work), || split(first + half, count - half, work));
            }
        }
    }
    split(0, count, work);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn the_closure_is_the_first_worker_of_so_many() {
        let seen = with_threads(3, || (rayon::current_thread_index(), rayon::current_num_threads())).unwrap();
        assert_eq!(seen, (Some(0), 3));
    }

    #[test]
    fn a_slip_of_the_keyboard_starts_no_thread() {
        let refused = with_threads(100_000, || panic!("nothing runs"));
        assert!(matches!(refused, Err::<(), _>(Error::Threads { threads: 100_000, .. })));
    }

    #[test]
    fn one_thread_works_alone() {
        let caller = with_threads(1, || {
            let thread = std::thread::current().id();
            let same = AtomicUsize::new(0);
            for_each_index(5, &|_| {
                same.fetch_add(usize::from(std::thread::current().id() == thread), Ordering::Relaxed);
            });
            enlist().unwrap();
            (same.into_inner(), rayon::current_thread_index())
        });
        assert_eq!(caller.unwrap(), (5, None));
    }

    #[test]
    fn no_thread_outlives_the_call() {
        static GONE: AtomicUsize = AtomicUsize::new(0);
        struct Witness;
        impl Drop for Witness {
            fn drop(&mut self) {
                // Later than a caller who does not wait would look.
                std::thread::sleep(std::time::Duration::from_millis(50));
                GONE.fetch_add(1, Ordering::Relaxed);
            }
        }
        thread_local!(static WITNESS: Witness = const { Witness });
        with_threads(3, || rayon::broadcast(|_| WITNESS.with(|_| ()))).unwrap();
        // The two that the pool started; the closure's own thread is only known to have finished its work.
        assert!(GONE.load(Ordering::Relaxed) >= 2);
    }

    #[test]
    fn enlisting_makes_a_worker_once() {
        std::thread::spawn(|| {
            let before = rayon::current_thread_index();
            enlist().unwrap();
            enlist().unwrap();
            assert!(before.is_none());
            assert!(ALONE.get() || rayon::current_thread_index() == Some(0));
        })
        .join()
        .unwrap();
    }

    #[test]
    fn chunks_are_all_visited_once() {
        for threads in [1, 2, 4] {
            let floats = with_threads(threads, || {
                let mut floats = vec![0.0; 103];
                for_each_chunk(&mut floats, 10, &|index, chunk| {
                    chunk.iter_mut().for_each(|x| *x += index as f32 + 1.0);
                });
                for_each_chunk(&mut [], 10, &|_, _| panic!("there is no chunk"));
                floats
            });
            for (i, x) in floats.unwrap().into_iter().enumerate() {
                assert_eq!(x, (i / 10) as f32 + 1.0);
            }
        }
    }

    #[test]
    #[should_panic(expected = "from within")]
    fn a_panic_goes_on_in_the_caller() {
        let _ = with_threads(2, || panic!("from within"));
    }
}
