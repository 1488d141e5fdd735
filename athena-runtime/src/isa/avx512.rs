//! AVX-512: a vector is one register.
#![allow(unsafe_code)]

use super::{Kernel, Sealed, Simd};
use crate::layout::LANES;
use core::arch::x86_64::*;

/// Proof that the CPU has AVX-512 F, BW, DQ and VL (every server since Skylake-X, every Zen since the fourth).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx512(());

impl Avx512 {
    /// The token, if the CPU has the instructions.
    #[must_use]
    pub fn detect() -> Option<Self> {
        let found = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma");
        found.then_some(Self(()))
    }
}

/// `inline(never)`, so that each kernel has all registers and the dispatching function stays small. LLVM may still inline small kernels,
/// because rustc does not pass `inline(never)` on for functions with target features.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma")]
fn outline<K: Kernel>(s: Avx512, kernel: K) -> K::Output {
    kernel.run(s)
}

// SAFETY of every block below that says "the token": a value of `Avx512` is made by `detect` alone, which found the features.
impl Sealed for Avx512 {}

impl Simd for Avx512 {
    type Vector = __m512;
    type Indices = __m512i;

    const REGISTERS: usize = 32;

    #[inline(always)]
    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: the token.
        unsafe { outline(self, kernel) }
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_set1_ps(x) }
    }

    #[inline(always)]
    unsafe fn load_ptr(self, from: *const f32) -> Self::Vector {
        // SAFETY: the token; the caller promises LANES readable floats.
        unsafe { _mm512_loadu_ps(from) }
    }

    #[inline(always)]
    unsafe fn store_ptr(self, v: Self::Vector, to: *mut f32) {
        // SAFETY: the token; the caller promises LANES writable floats.
        unsafe { _mm512_storeu_ps(to, v) }
    }

    #[inline(always)]
    fn prefetch(self, at: *const f32) {
        // SAFETY: the token. A prefetch reads nothing that the program sees, and no address makes it fail.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) }
    }

    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_add_ps(a, b) }
    }

    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_sub_ps(a, b) }
    }

    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_mul_ps(a, b) }
    }

    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_div_ps(a, b) }
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_fmadd_ps(a, b, c) }
    }

    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_min_ps(a, b) }
    }

    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_max_ps(a, b) }
    }

    #[inline(always)]
    fn sqrt(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_sqrt_ps(a) }
    }

    #[inline(always)]
    fn round(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a) }
    }

    #[inline(always)]
    fn pow2(self, n: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_scalef_ps(_mm512_set1_ps(1.0), n) }
    }

    #[inline(always)]
    fn select_gt(self, a: Self::Vector, b: Self::Vector, yes: Self::Vector, no: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(a, b), no, yes) }
    }

    #[inline(always)]
    fn keep(self, a: Self::Vector, lanes: usize) -> Self::Vector {
        let mask = if lanes >= LANES { u16::MAX } else { (1 << lanes) - 1 };
        // SAFETY: the token.
        unsafe { _mm512_maskz_mov_ps(mask, a) }
    }

    #[inline(always)]
    fn indices(self, of: &[u32; LANES]) -> Self::Indices {
        // SAFETY: the token; an array of sixteen u32 is as long as the register.
        unsafe { _mm512_loadu_si512(of.as_ptr().cast()) }
    }

    #[inline(always)]
    fn permute(self, a: Self::Vector, from: Self::Indices) -> Self::Vector {
        // SAFETY: the token.
        unsafe { _mm512_permutexvar_ps(from, a) }
    }
}
