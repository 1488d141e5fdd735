//! AVX2 and FMA: a vector is two registers.
#![allow(unsafe_code)]

use super::{Kernel, Sealed, Simd};
use crate::layout::LANES;
use core::arch::x86_64::*;

/// Proof that the CPU has AVX2 and FMA (x86-64 since Haswell and the first Zen).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Avx2(());

/// The number of floats in one register: a vector is several registers.
const HALF: usize = LANES / 2;

impl Avx2 {
    /// The token, if the CPU has the instructions.
    #[must_use]
    pub fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma")).then_some(Self(()))
    }
}

/// `inline(never)`, so that each kernel has all registers and the dispatching function stays small. LLVM may still inline small kernels,
/// because rustc does not pass `inline(never)` on for functions with target features.
#[inline(never)]
#[target_feature(enable = "avx2,fma")]
fn outline<K: Kernel>(s: Avx2, kernel: K) -> K::Output {
    kernel.run(s)
}

// SAFETY of every block below that says "the token": a value of `Avx2` is made by `detect` alone, which found the features.
impl Sealed for Avx2 {}

impl Simd for Avx2 {
    type Vector = [__m256; 2];
    type Indices = [__m256i; 2];

    const REGISTERS: usize = 8;

    #[inline(always)]
    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        // SAFETY: the token.
        unsafe { outline(self, kernel) }
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_set1_ps(x); 2] }
    }

    #[inline(always)]
    unsafe fn load_ptr(self, from: *const f32) -> Self::Vector {
        // SAFETY: the token; the caller promises LANES readable floats.
        unsafe { [_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(HALF))] }
    }

    #[inline(always)]
    unsafe fn store_ptr(self, v: Self::Vector, to: *mut f32) {
        // SAFETY: the token; the caller promises LANES writable floats.
        unsafe {
            _mm256_storeu_ps(to, v[0]);
            _mm256_storeu_ps(to.add(HALF), v[1]);
        }
    }

    #[inline(always)]
    fn prefetch(self, at: *const f32) {
        // SAFETY: the token. A prefetch reads nothing that the program sees, and no address makes it fail.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(at.cast()) }
    }

    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_add_ps(a[0], b[0]), _mm256_add_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_sub_ps(a[0], b[0]), _mm256_sub_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_mul_ps(a[0], b[0]), _mm256_mul_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_div_ps(a[0], b[0]), _mm256_div_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_fmadd_ps(a[0], b[0], c[0]), _mm256_fmadd_ps(a[1], b[1], c[1])] }
    }

    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_min_ps(a[0], b[0]), _mm256_min_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_max_ps(a[0], b[0]), _mm256_max_ps(a[1], b[1])] }
    }

    #[inline(always)]
    fn sqrt(self, a: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [_mm256_sqrt_ps(a[0]), _mm256_sqrt_ps(a[1])] }
    }

    #[inline(always)]
    fn round(self, a: Self::Vector) -> Self::Vector {
        const NEAREST: i32 = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
        // SAFETY: the token.
        unsafe { [_mm256_round_ps::<NEAREST>(a[0]), _mm256_round_ps::<NEAREST>(a[1])] }
    }

    #[inline(always)]
    fn pow2(self, n: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [half_pow2(n[0]), half_pow2(n[1])] }
    }

    #[inline(always)]
    fn select_gt(self, a: Self::Vector, b: Self::Vector, yes: Self::Vector, no: Self::Vector) -> Self::Vector {
        // SAFETY: the token.
        unsafe {
            [
                _mm256_blendv_ps(no[0], yes[0], _mm256_cmp_ps::<_CMP_GT_OQ>(a[0], b[0])),
                _mm256_blendv_ps(no[1], yes[1], _mm256_cmp_ps::<_CMP_GT_OQ>(a[1], b[1])),
            ]
        }
    }

    #[inline(always)]
    fn keep(self, a: Self::Vector, lanes: usize) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [half_keep(a[0], lanes.min(HALF)), half_keep(a[1], lanes.clamp(HALF, LANES) - HALF)] }
    }

    #[inline(always)]
    fn indices(self, of: &[u32; LANES]) -> Self::Indices {
        // SAFETY: the token; each half of the array is as long as a register.
        unsafe { [_mm256_loadu_si256(of.as_ptr().cast()), _mm256_loadu_si256(of.as_ptr().add(HALF).cast())] }
    }

    #[inline(always)]
    fn permute(self, a: Self::Vector, from: Self::Indices) -> Self::Vector {
        // SAFETY: the token.
        unsafe { [half_permute(a, from[0]), half_permute(a, from[1])] }
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
fn half_pow2(n: __m256) -> __m256 {
    let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent))
}

/// The first `lanes` of eight lanes, the others zero.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn half_keep(a: __m256, lanes: usize) -> __m256 {
    let numbers = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    let mask = _mm256_cmpgt_epi32(_mm256_set1_epi32(lanes as i32), numbers);
    _mm256_and_ps(a, _mm256_castsi256_ps(mask))
}

/// Eight lanes picked out of sixteen: both halves are permuted (by the index modulo eight), then blended by its fourth bit.
#[inline]
#[target_feature(enable = "avx2,fma")]
fn half_permute(a: [__m256; 2], from: __m256i) -> __m256 {
    let (low, high) = (_mm256_permutevar8x32_ps(a[0], from), _mm256_permutevar8x32_ps(a[1], from));
    let upper = _mm256_castsi256_ps(_mm256_slli_epi32::<28>(from));
    _mm256_blendv_ps(low, high, upper)
}
