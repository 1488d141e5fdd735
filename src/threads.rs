//! The threads on which networks, trainers and loaders compute.
//!
//! All calls of a process share one pool of threads, one for each core. `ATHENA_THREADS` sets another number, and [`Pool`] makes
//! another pool. Results have the same bits on any number of threads.
//!
//! At most as many threads work at a time as the pool has, including the threads of the callers. If all are busy, a call waits
//! for its turn; calls are served in the order of arrival. So any number of threads may call. `docs/serving.md` in the repository
//! explains how to use a network in a server.
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x8x8) -> 10 {
//!         input -> conv(16, 3x3, activation = relu) -> global_avg_pool -> flatten -> linear(10)
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let network = Net::new(1);
//!     let image = [0.5; 64];
//!     let on_two = with_threads(2, || network.predict(&image))??;
//!     let on_one = with_threads(1, || network.predict(&image))??;
//!     assert_eq!(on_one, on_two);
//!     Ok(())
//! }
//! ```

pub use athena_runtime::threads::Pool;
#[doc(inline, alias("set_num_threads", "num_threads", "ThreadPool"))]
pub use athena_runtime::threads::with_threads;
