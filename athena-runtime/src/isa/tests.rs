//! Every operation of every instruction set against plain scalar code.

use super::portable::plain::Plain;
use super::*;

/// The result of a kernel on every instruction set of this CPU, and with plain arrays, which `Portable` only uses on other
/// architectures.
fn everywhere<K: Kernel + Copy>(kernel: K) -> Vec<(&'static str, K::Output)> {
    let mut results: Vec<_> = Isa::available().iter().map(|isa| (isa.name(), isa.call(kernel))).collect();
    results.push(("plain", Plain.call(kernel)));
    results
}

const A: [f32; LANES] =
    [0.0, -0.5, 1.5, 2.5, -2.5, 1e-3, 7.25, -8.0, 100.5, -101.5, 3e6, -3e6, 1e30, f32::INFINITY, -1e-30, 0.75];
const B: [f32; LANES] =
    [1.0, 2.0, -1.5, 2.5, 4.0, -1e3, 7.0, -9.0, 0.1, 0.2, 3.0, 1e6, 2.0, 1.0, 1e-30, f32::NEG_INFINITY];
const C: [f32; LANES] = [1.0; LANES];

/// Applies one operation to `A`, `B` and `C`.
#[derive(Clone, Copy)]
struct Apply<F>(F);

trait Operation {
    fn apply<S: Simd>(&self, s: S, a: S::Vector, b: S::Vector, c: S::Vector) -> S::Vector;
}

impl<F: Operation> Kernel for Apply<F> {
    type Output = [f32; LANES];

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> [f32; LANES] {
        s.to_array(self.0.apply(s, s.load(&A), s.load(&B), s.load(&C)))
    }
}

macro_rules! check {
    ($name:ident, |$s:ident, $a:ident, $b:ident, $c:ident| $simd:expr, |$x:ident, $y:ident, $z:ident| $scalar:expr) => {
        #[test]
        fn $name() {
            #[derive(Clone, Copy)]
            struct Op;
            impl Operation for Op {
                #[inline(always)]
                #[allow(unused_variables)]
                fn apply<S: Simd>(&self, $s: S, $a: S::Vector, $b: S::Vector, $c: S::Vector) -> S::Vector {
                    $simd
                }
            }
            for (isa, found) in everywhere(Apply(Op)) {
                for lane in 0..LANES {
                    #[allow(unused_variables)]
                    let ($x, $y, $z) = (A[lane], B[lane], C[lane]);
                    let expected: f32 = $scalar;
                    assert!(
                        found[lane] == expected || (found[lane].is_nan() && expected.is_nan()),
                        "{isa} lane {lane}: {} instead of {expected}",
                        found[lane]
                    );
                }
            }
        }
    };
}

check!(add, |s, a, b, c| s.add(a, b), |x, y, z| x + y);
check!(sub, |s, a, b, c| s.sub(a, b), |x, y, z| x - y);
check!(mul, |s, a, b, c| s.mul(a, b), |x, y, z| x * y);
check!(div, |s, a, b, c| s.div(a, b), |x, y, z| x / y);
check!(min, |s, a, b, c| s.min(a, b), |x, y, z| x.min(y));
check!(max, |s, a, b, c| s.max(a, b), |x, y, z| x.max(y));
check!(sqrt, |s, a, b, c| s.sqrt(a), |x, y, z| x.sqrt());
check!(round, |s, a, b, c| s.round(a), |x, y, z| x.round_ties_even());
check!(pow2, |s, a, b, c| s.pow2(s.round(s.max(s.splat(-126.0), s.min(b, s.splat(127.0))))), |x, y, z| {
    2f32.powi(y.clamp(-126.0, 127.0).round_ties_even() as i32)
});
check!(select_gt, |s, a, b, c| s.select_gt(a, b, c, b), |x, y, z| if x > y { z } else { y });
check!(nan_is_passed_on, |s, a, b, c| s.max(s.zero(), s.splat(f32::NAN)), |x, y, z| f32::NAN);

#[test]
fn mul_add_is_close_to_exact() {
    #[derive(Clone, Copy)]
    struct Op;
    impl Operation for Op {
        #[inline(always)]
        fn apply<S: Simd>(&self, s: S, a: S::Vector, b: S::Vector, c: S::Vector) -> S::Vector {
            s.mul_add(a, b, c)
        }
    }
    for (isa, found) in everywhere(Apply(Op)) {
        for lane in 0..LANES {
            let product = f64::from(A[lane]) * f64::from(B[lane]);
            let (exact, found) = (product + f64::from(C[lane]), f64::from(found[lane]));
            let close = (found - exact).abs() <= (product.abs() + 1.0) * 2e-7;
            assert!(close || found == exact, "{isa} lane {lane}");
        }
    }
}

#[derive(Clone, Copy)]
struct Keep(usize);

impl Kernel for Keep {
    type Output = [f32; LANES];

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> [f32; LANES] {
        s.to_array(s.keep(s.splat(f32::NAN), self.0))
    }
}

#[test]
fn keep_zeroes_the_other_lanes() {
    for lanes in 0..=LANES {
        for (isa, found) in everywhere(Keep(lanes)) {
            for (lane, value) in found.into_iter().enumerate() {
                assert_eq!(value.is_nan(), lane < lanes, "{isa} lane {lane} of {lanes}");
                assert!(value.is_nan() || value == 0.0);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Permute<'a>(&'a [u32; LANES]);

impl Kernel for Permute<'_> {
    type Output = ([f32; LANES], f32);

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> ([f32; LANES], f32) {
        (s.to_array(s.permute(s.load(&A), s.indices(self.0))), s.sum(s.load(&C)))
    }
}

#[test]
fn permute_picks_any_lane() {
    for shift in 0..LANES as u32 {
        let from: [u32; LANES] = std::array::from_fn(|i| (7 * i as u32 + shift) % LANES as u32);
        for (isa, (found, sum)) in everywhere(Permute(&from)) {
            assert_eq!(found, from.map(|i| A[i as usize]), "{isa}");
            assert_eq!(sum, LANES as f32);
        }
    }
}

/// Every operation that a kernel may use, in one chain, with NaN, infinities, zeros of both signs and halves among the operands.
#[derive(Clone, Copy)]
struct Chain(u32);

impl Kernel for Chain {
    type Output = Vec<u32>;

    #[inline(always)]
    fn run<S: Simd>(self, s: S) -> Vec<u32> {
        let special =
            [f32::NAN, -0.0, 0.0, f32::INFINITY, f32::NEG_INFINITY, 0.5, -1.5, 2.5, 4_194_304.5, -8_388_607.5];
        let number = |i: u32| {
            let bits = (i + self.0).wrapping_mul(0x9e37_79b9).rotate_left(13).wrapping_mul(0x85eb_ca6b);
            special
                .get(bits as usize % 31)
                .copied()
                .unwrap_or(f32::from_bits((bits >> 31 << 31) | (0x3000_0000 + (bits >> 2))))
        };
        let numbers = |first: u32| std::array::from_fn::<f32, LANES, _>(|lane| number(first + lane as u32));
        let (a, b) = (s.load(&numbers(0)), s.load(&numbers(1000)));
        let whole = s.max(s.splat(-126.0), s.min(s.splat(127.0), s.round(b)));
        [
            s.add(a, b),
            s.sub(a, b),
            s.mul(a, b),
            s.div(a, b),
            s.min(a, b),
            s.max(a, b),
            s.sqrt(a),
            s.round(a),
            s.pow2(whole),
            s.mul_add(a, b, s.splat(1.0)),
            s.select_gt(a, b, s.splat(1.0), a),
            s.keep(a, self.0 as usize % (LANES + 1)),
        ]
        .into_iter()
        .flat_map(|v| s.to_array(v))
        // The bits of a NaN are not specified.
        .map(|x| if x.is_nan() { f32::NAN.to_bits() } else { x.to_bits() })
        .collect()
    }
}

#[test]
fn portable_code_has_the_bits_of_plain_arrays() {
    for seed in 0..2000 {
        assert_eq!(Portable.call(Chain(seed)), Plain.call(Chain(seed)), "{seed}");
    }
}

#[test]
fn words_name_instruction_sets() {
    for isa in Isa::available() {
        assert_eq!(Isa::named(isa.name()), Ok(isa));
        assert_eq!(Isa::named(&isa.name().to_uppercase()), Ok(isa));
    }
    assert_eq!(Isa::named(""), Ok(*Isa::available().last().unwrap()));
    let unknown = Isa::named("sse9").unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "ATHENA_ISA=sse9 names no instruction set: use portable, avx2 or avx512, or unset it"
    );
}

#[test]
fn a_missing_instruction_set_is_an_error() {
    let error = IsaError::Missing { asked: "avx512".into(), available: vec!["portable", "avx2"] };
    assert_eq!(error.to_string(), "ATHENA_ISA=avx512, but this CPU lacks it: it has portable, avx2");
    let has = |word: &str| Isa::available().iter().any(|isa| isa.name() == word);
    for word in ["avx2", "avx512"] {
        assert_eq!(Isa::named(word).is_ok(), has(word));
    }
}
