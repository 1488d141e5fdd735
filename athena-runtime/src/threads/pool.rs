//! Thread pools that the user creates. What runs inside `Pool::install` uses the installed pool instead of the process's shared one.

use super::context;
use super::shared::{MOST_THREADS, Shared, default_threads};
use crate::error::Error;
use std::sync::Arc;
use std::thread::JoinHandle;

/// A pool of threads on which calls are computed.
///
/// All calls of a process share one pool, which starts at the first call. It has a thread for each core that the process may use
/// (which its affinity or a container may limit), or as many as `ATHENA_THREADS` says. The thread that makes a call works, too,
/// so the pool starts one thread less. Another pool limits some calls to a number of threads: everything that runs in
/// [`install`](Self::install) uses it. Threads may share it, and its own threads end when it is dropped.
///
/// At most as many threads work at a time as the pool has, including callers. If all are busy, a call waits for its
/// turn; calls are served in the order of arrival. A single call has all threads, and simultaneous calls share them. No result depends on that.
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

impl Pool {
    /// A pool of `threads` threads, including that of the caller. 0 means as many as the shared pool has.
    ///
    /// # Errors
    /// [`Error::Threads`] if `threads` is more than 1024, or the system cannot start a thread. `ATHENA_THREADS` is not a number of threads.
    pub fn new(threads: usize) -> Result<Self, Error> {
        let threads = if threads == 0 { default_threads()? } else { threads };
        if threads > MOST_THREADS {
            return Err(Error::Threads { threads, reason: format!("{MOST_THREADS} are the most") });
        }
        let (shared, started, refused) = Shared::start(threads);
        let pool = Self { shared, started };
        match refused {
            None => Ok(pool),
            Some(reason) => Err(Error::Threads { threads, reason }),
        }
    }

    /// Calls `work` on this thread. Everything that it computes with athena is computed by this pool. Threads that `work` starts
    /// use the shared pool, unless they install one themselves.
    ///
    /// # Panics
    /// A panic of `work` continues here. The pool can be used again.
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
    ///     let pool = Pool::new(2)?;
    ///     assert_eq!(pool.threads(), 2);
    ///     let network = Net::new(1);
    ///     // Two threads of the program, which share the two of the pool.
    ///     std::thread::scope(|scope| {
    ///         for _ in 0..2 {
    ///             scope.spawn(|| pool.install(|| network.predict(&[0.5; 64])));
    ///         }
    ///     });
    ///     Ok(())
    /// }
    /// ```
    pub fn install<T>(&self, work: impl FnOnce() -> T) -> T {
        context::install(&self.shared, work)
    }

    /// The number of threads that work at a time, including that of a caller.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.shared.threads()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.end(self.started.len());
        for thread in self.started.drain(..) {
            // Panics of the work have continued in the callers, so the result is ignored.
            let _ = thread.join();
        }
    }
}
