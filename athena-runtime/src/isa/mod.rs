//! Instruction sets: vectors of sixteen `f32` lanes for each of them, and the choice of one, which is made once per process.
//!
//! A value of a token type ([`Portable`], `Avx2`, `Avx512`) proves that the CPU has the instructions, so arithmetic with it is safe.
//! [`Isa`] is a token that is chosen at run time. [`Isa::active`] is the one that the process uses.
//!
//! # Writing a dispatched kernel
//!
//! Write the algorithm once, as a [`Kernel`]: a struct of its arguments whose `run` is generic over [`Simd`] and
//! `#[inline(always)]`. [`Isa::call`] compiles it for each instruction set inside a function that has the features enabled.
//!
//! ```
//! use athena_runtime::isa::{Isa, Kernel, Simd};
//!
//! struct Rectify<'a> {
//!     x: &'a [f32],
//!     y: &'a mut [f32],
//! }
//!
//! impl Kernel for Rectify<'_> {
//!     type Output = ();
//!
//!     #[inline(always)]
//!     fn run<S: Simd>(self, s: S) {
//!         for (x, y) in self.x.as_chunks().0.iter().zip(self.y.as_chunks_mut().0) {
//!             s.store(s.max(s.load(x), s.zero()), y);
//!         }
//!     }
//! }
//!
//! let (x, mut y) = ([-1.0; 32], [f32::NAN; 32]);
//! Isa::active().unwrap().call(Rectify { x: &x, y: &mut y });
//! assert_eq!(y, [0.0; 32]);
//! ```
//!
//! Three rules keep the code in registers: every function between `run` and the arithmetic is `#[inline(always)]`; no closures
//! there (they do not inherit the features); lanes of `Vector` are only touched through the token.
//!
//! Results may differ in the last bit between instruction sets ([`Simd::mul_add`] rounds once or twice), never between runs or
//! numbers of threads.
#![allow(unsafe_code)]

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod portable;
mod select;
#[cfg(test)]
mod tests;

pub use crate::error::IsaError;
#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
pub use portable::Portable;
pub use select::Isa;

use crate::layout::LANES;

/// An algorithm written once for all instruction sets.
pub trait Kernel {
    /// What it returns.
    type Output;

    /// Runs with the vectors of `S`. Implementations must be `#[inline(always)]`, or they are compiled without the
    /// instructions that they are written for.
    fn run<S: Simd>(self, s: S) -> Self::Output;
}

/// A kernel that reads and writes through pointers. Whoever wraps it promises that they are valid, so that [`Kernel::run`] may be safe.
#[derive(Debug)]
pub(crate) struct Trusted<K>(K);

impl<K> Trusted<K> {
    /// # Safety
    /// All addresses that the kernel reaches are valid: its type says which these are.
    #[inline(always)]
    pub(crate) const unsafe fn new(kernel: K) -> Self {
        Self(kernel)
    }

    /// The kernel.
    #[inline(always)]
    pub(crate) fn into_inner(self) -> K {
        self.0
    }
}

/// What the instruction sets of this module are, and nothing else: see [`Simd`].
mod sealed {
    pub trait Sealed {}
}

use sealed::Sealed;

/// The vectors of one instruction set: [`LANES`] lanes of `f32`. The value is the proof that the CPU has the instructions.
///
/// The trait is sealed, because the kernels' unchecked reads and writes rely on what it says:
///
/// ```compile_fail,E0277
/// # use athena_runtime::isa::{Portable, Simd};
/// # fn sealed<S: Simd>() {}
/// struct Mine;
/// sealed::<Mine>();
/// ```
pub trait Simd: Sealed + Copy + Send + Sync + 'static {
    /// Sixteen lanes.
    type Vector: Copy;
    /// Sixteen lane numbers, for [`Simd::permute`].
    type Indices: Copy;

    /// Number of vectors of sixteen lanes that fit into the registers. It decides the sizes of register tiles.
    const REGISTERS: usize;

    /// Runs `kernel` in a function that has this instruction set's features enabled.
    fn call<K: Kernel>(self, kernel: K) -> K::Output;

    /// All lanes `x`.
    fn splat(self, x: f32) -> Self::Vector;

    /// All lanes zero.
    #[inline(always)]
    fn zero(self) -> Self::Vector {
        self.splat(0.0)
    }

    /// Reads sixteen floats.
    ///
    /// # Safety
    /// `from` must be valid for reading [`LANES`] floats; no alignment beyond that of `f32` is needed.
    unsafe fn load_ptr(self, from: *const f32) -> Self::Vector;

    /// Writes sixteen floats.
    ///
    /// # Safety
    /// `to` must be valid for writing [`LANES`] floats; no alignment beyond that of `f32` is needed.
    unsafe fn store_ptr(self, v: Self::Vector, to: *mut f32);

    /// Prefetches the cache line at an address into the second-level cache. The address need not be valid.
    #[inline(always)]
    fn prefetch(self, _: *const f32) {}

    /// Reads sixteen floats.
    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> Self::Vector {
        // SAFETY: an array of LANES floats is valid for reading LANES floats.
        unsafe { self.load_ptr(from.as_ptr()) }
    }

    /// Writes sixteen floats.
    #[inline(always)]
    fn store(self, v: Self::Vector, to: &mut [f32; LANES]) {
        // SAFETY: an exclusive array of LANES floats is valid for writing LANES floats.
        unsafe { self.store_ptr(v, to.as_mut_ptr()) }
    }

    /// The lanes as an array.
    #[inline(always)]
    fn to_array(self, v: Self::Vector) -> [f32; LANES] {
        let mut lanes = [0.0; LANES];
        self.store(v, &mut lanes);
        lanes
    }

    /// `a + b`
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a - b`
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a * b`
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a / b`
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a * b + c`, rounded once if the instruction set has fused multiply-add, and otherwise twice.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// The smaller of two lanes; that of `b` if one of them is NaN.
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The larger of two lanes; that of `b` if one of them is NaN, so `max(zero, x)` keeps a NaN of `x`.
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The square root.
    fn sqrt(self, a: Self::Vector) -> Self::Vector;
    /// The nearest whole number, ties to even.
    fn round(self, a: Self::Vector) -> Self::Vector;
    /// 2 to the power of `n`, for whole `n` from -126 to 127; any value for others.
    fn pow2(self, n: Self::Vector) -> Self::Vector;
    /// For each lane `if a > b { yes } else { no }`; `no` if one of the two is NaN.
    fn select_gt(self, a: Self::Vector, b: Self::Vector, yes: Self::Vector, no: Self::Vector) -> Self::Vector;
    /// The first `lanes` lanes of `a`, the others zero (even where `a` holds NaN).
    fn keep(self, a: Self::Vector, lanes: usize) -> Self::Vector;

    /// Lane numbers for [`Simd::permute`], each taken modulo [`LANES`].
    fn indices(self, of: &[u32; LANES]) -> Self::Indices;
    /// Lane `i` of the result is lane `from[i]` of `a`.
    fn permute(self, a: Self::Vector, from: Self::Indices) -> Self::Vector;

    /// The sum of the lanes, in one order on every instruction set.
    #[inline(always)]
    fn sum(self, a: Self::Vector) -> f32 {
        let mut lanes = self.to_array(a);
        let mut width = LANES / 2;
        while width > 0 {
            for i in 0..width {
                lanes[i] += lanes[i + width];
            }
            width /= 2;
        }
        lanes[0]
    }
}
