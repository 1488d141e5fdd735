//! SSE2, which every x86-64 CPU has. A vector is four registers.
#![allow(unsafe_code)]

use crate::isa::{Kernel, Sealed, Simd};
use crate::layout::LANES;
use core::arch::x86_64::*;

/// The instruction set that every CPU has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sse2;

/// The number of floats in one register: a vector is several registers.
const QUARTER: usize = LANES / 4;

/// An expression for each of the four registers.
macro_rules! quarterwise {
    (|$i:ident| $value:expr) => {
        // SAFETY: every x86-64 has SSE2.
        unsafe {
            [
                quarterwise!($i = 0, $value),
                quarterwise!($i = 1, $value),
                quarterwise!($i = 2, $value),
                quarterwise!($i = 3, $value),
            ]
        }
    };
    ($i:ident = $register:literal, $value:expr) => {{
        const $i: usize = $register;
        $value
    }};
}

impl Sealed for Sse2 {}

impl Simd for Sse2 {
    type Vector = [__m128; 4];
    type Indices = [u32; LANES];

    const REGISTERS: usize = 4;

    #[inline(always)]
    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        outline(kernel)
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Self::Vector {
        // SAFETY: every x86-64 has SSE2.
        unsafe { [_mm_set1_ps(x); 4] }
    }

    #[inline(always)]
    unsafe fn load_ptr(self, from: *const f32) -> Self::Vector {
        // SAFETY: the caller promises LANES readable floats.
        quarterwise!(|I| _mm_loadu_ps(from.add(I * QUARTER)))
    }

    #[inline(always)]
    unsafe fn store_ptr(self, v: Self::Vector, to: *mut f32) {
        // SAFETY: the caller promises LANES writable floats.
        quarterwise!(|I| _mm_storeu_ps(to.add(I * QUARTER), v[I]));
    }

    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        quarterwise!(|I| _mm_add_ps(a[I], b[I]))
    }

    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        quarterwise!(|I| _mm_sub_ps(a[I], b[I]))
    }

    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        quarterwise!(|I| _mm_mul_ps(a[I], b[I]))
    }

    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        quarterwise!(|I| _mm_div_ps(a[I], b[I]))
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        quarterwise!(|I| _mm_add_ps(_mm_mul_ps(a[I], b[I]), c[I]))
    }

    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        quarterwise!(|I| _mm_min_ps(a[I], b[I]))
    }

    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        quarterwise!(|I| _mm_max_ps(a[I], b[I]))
    }

    #[inline(always)]
    fn sqrt(self, a: Self::Vector) -> Self::Vector {
        quarterwise!(|I| _mm_sqrt_ps(a[I]))
    }

    #[inline(always)]
    fn round(self, a: Self::Vector) -> Self::Vector {
        quarterwise!(|I| round(a[I]))
    }

    #[inline(always)]
    fn pow2(self, n: Self::Vector) -> Self::Vector {
        quarterwise!(|I| pow2(n[I]))
    }

    #[inline(always)]
    fn select_gt(self, a: Self::Vector, b: Self::Vector, yes: Self::Vector, no: Self::Vector) -> Self::Vector {
        quarterwise!(|I| select(_mm_cmpgt_ps(a[I], b[I]), yes[I], no[I]))
    }

    #[inline(always)]
    fn keep(self, a: Self::Vector, lanes: usize) -> Self::Vector {
        quarterwise!(|I| keep(a[I], lanes.clamp(I * QUARTER, (I + 1) * QUARTER) - I * QUARTER))
    }

    #[inline(always)]
    fn indices(self, of: &[u32; LANES]) -> Self::Indices {
        *of
    }

    #[inline(always)]
    fn permute(self, a: Self::Vector, from: Self::Indices) -> Self::Vector {
        let a = self.to_array(a);
        let lane = |i: usize| a[from[i] as usize % LANES];
        quarterwise!(|I| _mm_setr_ps(lane(4 * I), lane(4 * I + 1), lane(4 * I + 2), lane(4 * I + 3)))
    }
}

/// Never inlined, so that each kernel has all registers and the dispatching function stays small.
#[inline(never)]
fn outline<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Sse2)
}

/// For each lane `yes` if the mask is set, and otherwise `no`.
#[inline]
#[target_feature(enable = "sse2")]
fn select(mask: __m128, yes: __m128, no: __m128) -> __m128 {
    _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no))
}

/// Rounds by converting to integers, which rounds to even. From 2^23 on all floats are whole.
#[inline]
#[target_feature(enable = "sse2")]
fn round(a: __m128) -> __m128 {
    let size = _mm_andnot_ps(_mm_set1_ps(-0.0), a);
    let fractional = _mm_cmplt_ps(size, _mm_set1_ps(8_388_608.0));
    select(fractional, _mm_cvtepi32_ps(_mm_cvtps_epi32(a)), a)
}

/// The exponent field is built as an integer.
#[inline]
#[target_feature(enable = "sse2")]
fn pow2(n: __m128) -> __m128 {
    let exponent = _mm_add_epi32(_mm_cvtps_epi32(n), _mm_set1_epi32(127));
    _mm_castsi128_ps(_mm_slli_epi32::<23>(exponent))
}

/// The first `lanes` of four lanes, the others zero.
#[inline]
#[target_feature(enable = "sse2")]
fn keep(a: __m128, lanes: usize) -> __m128 {
    let mask = _mm_cmpgt_epi32(_mm_set1_epi32(lanes as i32), _mm_setr_epi32(0, 1, 2, 3));
    _mm_and_ps(a, _mm_castsi128_ps(mask))
}
