//! The portable instruction set: the baseline of the target, which every CPU has.
//!
//! On x86-64 that is SSE2, by intrinsics. Plain loops over lanes become the same instructions, but LLVM first splits each
//! operation into sixteen scalars and combines them again, which takes a third of the compile time of all kernels. Both have the
//! same bits.

#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) mod plain;
#[cfg(target_arch = "x86_64")]
mod sse2;

#[cfg(not(target_arch = "x86_64"))]
pub use plain::Plain as Portable;
#[cfg(target_arch = "x86_64")]
pub use sse2::Sse2 as Portable;
