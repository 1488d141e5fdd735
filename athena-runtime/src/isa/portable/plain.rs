//! Plain arrays, written so that LLVM vectorises them with the target's baseline instructions.
#![allow(unsafe_code)]

use crate::isa::{Kernel, Sealed, Simd};
use crate::layout::LANES;

/// Arithmetic of arrays, which every CPU has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plain;

macro_rules! lanewise {
    (|$i:ident| $value:expr) => {{
        let mut lanes = [0.0; LANES];
        for $i in 0..LANES {
            lanes[$i] = $value;
        }
        lanes
    }};
}

impl Sealed for Plain {}

impl Simd for Plain {
    type Vector = [f32; LANES];
    type Indices = [u32; LANES];

    /// AArch64 has 32 registers of 128 bits; for other targets 16 are assumed.
    const REGISTERS: usize = if cfg!(target_arch = "aarch64") { 8 } else { 4 };

    #[inline(always)]
    fn call<K: Kernel>(self, kernel: K) -> K::Output {
        outline(kernel)
    }

    #[inline(always)]
    fn splat(self, x: f32) -> Self::Vector {
        [x; LANES]
    }

    #[inline(always)]
    unsafe fn load_ptr(self, from: *const f32) -> Self::Vector {
        // SAFETY: the caller promises LANES readable floats; the read asks for no alignment.
        unsafe { from.cast::<[f32; LANES]>().read_unaligned() }
    }

    #[inline(always)]
    unsafe fn store_ptr(self, v: Self::Vector, to: *mut f32) {
        // SAFETY: the caller promises LANES writable floats; the write asks for no alignment.
        unsafe { to.cast::<[f32; LANES]>().write_unaligned(v) }
    }

    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        lanewise!(|i| a[i] + b[i])
    }

    #[inline(always)]
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        lanewise!(|i| a[i] - b[i])
    }

    #[inline(always)]
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        lanewise!(|i| a[i] * b[i])
    }

    #[inline(always)]
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        lanewise!(|i| a[i] / b[i])
    }

    #[inline(always)]
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        lanewise!(|i| a[i] * b[i] + c[i])
    }

    #[inline(always)]
    fn min(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        lanewise!(|i| if a[i] < b[i] { a[i] } else { b[i] })
    }

    #[inline(always)]
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        lanewise!(|i| if a[i] > b[i] { a[i] } else { b[i] })
    }

    #[inline(always)]
    fn sqrt(self, a: Self::Vector) -> Self::Vector {
        lanewise!(|i| a[i].sqrt())
    }

    #[inline(always)]
    fn round(self, a: Self::Vector) -> Self::Vector {
        // Adding and subtracting 1.5 * 2^23 rounds to even where the magnitude is below 2^22; without SSE4.1 the library's
        // function would be one call a lane. Larger values are returned as they are: beyond 2^23 they are whole already.
        const SHIFT: f32 = 12_582_912.0;
        const LIMIT: f32 = 4_194_304.0;
        lanewise!(|i| if a[i].abs() < LIMIT { (a[i] + SHIFT) - SHIFT } else { a[i].round_ties_even() })
    }

    #[inline(always)]
    fn pow2(self, n: Self::Vector) -> Self::Vector {
        // The exponent field is built as an integer. The saturating cast makes values outside the range harmless.
        lanewise!(|i| f32::from_bits((n[i] as i32).wrapping_add(127).cast_unsigned() << 23))
    }

    #[inline(always)]
    fn select_gt(self, a: Self::Vector, b: Self::Vector, yes: Self::Vector, no: Self::Vector) -> Self::Vector {
        lanewise!(|i| if a[i] > b[i] { yes[i] } else { no[i] })
    }

    #[inline(always)]
    fn keep(self, a: Self::Vector, lanes: usize) -> Self::Vector {
        lanewise!(|i| if i < lanes { a[i] } else { 0.0 })
    }

    #[inline(always)]
    fn indices(self, of: &[u32; LANES]) -> Self::Indices {
        *of
    }

    #[inline(always)]
    fn permute(self, a: Self::Vector, from: Self::Indices) -> Self::Vector {
        lanewise!(|i| a[from[i] as usize % LANES])
    }
}

/// Never inlined, so that each kernel has all registers and the dispatching function stays small.
#[inline(never)]
fn outline<K: Kernel>(kernel: K) -> K::Output {
    kernel.run(Plain)
}
