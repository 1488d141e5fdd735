//! The instruction set that every CPU has: what the target's baseline promises.
//!
//! On x86-64 that is SSE2, whose intrinsics are used: plain loops over lanes become the same instructions, but only after LLVM has
//! taken sixteen scalars apart and put them together again for each operation, which is a third of the time that all kernels take to
//! compile. The same bits come out of both.

#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) mod plain;
#[cfg(target_arch = "x86_64")]
mod sse2;

#[cfg(not(target_arch = "x86_64"))]
pub use plain::Plain as Portable;
#[cfg(target_arch = "x86_64")]
pub use sse2::Sse2 as Portable;
