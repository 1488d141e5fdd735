//! Synchronisation: the types of the standard library or, with `--cfg loom`, those of loom, which checks every order of events (`model.rs`).

#[cfg(not(loom))]
pub use std::{
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread::yield_now,
};

#[cfg(loom)]
pub use {
    loom::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering},
    loom::sync::{Condvar, Mutex, MutexGuard},
    loom::thread::yield_now,
    std::sync::PoisonError,
};

/// Locks a mutex, also after a panic, because the data behind these locks is never left half changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sleeps until it is notified, or wakes spuriously.
pub fn sleep<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// Pauses shortly in a loop that waits.
pub fn spin() {
    #[cfg(not(loom))]
    std::hint::spin_loop();
    #[cfg(loom)]
    loom::thread::yield_now();
}

/// The number of checks in a loop that waits. Under loom it is one, since loom tries every order anyway.
pub const fn patience(looks: u32) -> u32 {
    if cfg!(loom) { 1 } else { looks }
}

/// A cell that threads read and write, but not at the same time.
#[derive(Debug)]
pub struct Cell<T>(Inner<T>);

#[cfg(not(loom))]
type Inner<T> = std::cell::UnsafeCell<T>;
#[cfg(loom)]
type Inner<T> = loom::cell::UnsafeCell<T>;

impl<T> Cell<T> {
    pub fn new(value: T) -> Self {
        Self(Inner::new(value))
    }

    /// Calls `read` with a pointer to the value.
    pub fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
        #[cfg(not(loom))]
        return read(self.0.get());
        #[cfg(loom)]
        self.0.with(read)
    }

    /// Calls `write` with a pointer to the value.
    pub fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
        #[cfg(not(loom))]
        return write(self.0.get());
        #[cfg(loom)]
        self.0.with_mut(write)
    }
}
