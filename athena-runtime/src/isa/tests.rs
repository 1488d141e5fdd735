//! Every operation of every instruction set against plain scalar code.

use super::*;

const A: [f32; LANES] =
    [0.0, -0.5, 1.5, 2.5, -2.5, 1e-3, 7.25, -8.0, 100.5, -101.5, 3e6, -3e6, 1e30, f32::INFINITY, -1e-30, 0.75];
const B: [f32; LANES] =
    [1.0, 2.0, -1.5, 2.5, 4.0, -1e3, 7.0, -9.0, 0.1, 0.2, 3.0, 1e6, 2.0, 1.0, 1e-30, f32::NEG_INFINITY];
const C: [f32; LANES] = [1.0; LANES];

/// Applies one operation to `A`, `B` and `C`.
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
            struct Op;
            impl Operation for Op {
                #[inline(always)]
                #[allow(unused_variables)]
                fn apply<S: Simd>(&self, $s: S, $a: S::Vector, $b: S::Vector, $c: S::Vector) -> S::Vector {
                    $simd
                }
            }
            for isa in Isa::available() {
                let found = isa.call(Apply(Op));
                for lane in 0..LANES {
                    #[allow(unused_variables)]
                    let ($x, $y, $z) = (A[lane], B[lane], C[lane]);
                    let expected: f32 = $scalar;
                    assert!(
                        found[lane] == expected || (found[lane].is_nan() && expected.is_nan()),
                        "{} lane {lane}: {} instead of {expected}",
                        isa.name(),
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
    struct Op;
    impl Operation for Op {
        #[inline(always)]
        fn apply<S: Simd>(&self, s: S, a: S::Vector, b: S::Vector, c: S::Vector) -> S::Vector {
            s.mul_add(a, b, c)
        }
    }
    for isa in Isa::available() {
        let found = isa.call(Apply(Op));
        for lane in 0..LANES {
            let product = f64::from(A[lane]) * f64::from(B[lane]);
            let (exact, found) = (product + f64::from(C[lane]), f64::from(found[lane]));
            let close = (found - exact).abs() <= (product.abs() + 1.0) * 2e-7;
            assert!(close || found == exact, "{} lane {lane}", isa.name());
        }
    }
}

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
    for isa in Isa::available() {
        for lanes in 0..=LANES {
            let found = isa.call(Keep(lanes));
            for (lane, value) in found.into_iter().enumerate() {
                assert_eq!(value.is_nan(), lane < lanes, "{} lane {lane} of {lanes}", isa.name());
                assert!(value.is_nan() || value == 0.0);
            }
        }
    }
}

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
    for isa in Isa::available() {
        for shift in 0..LANES as u32 {
            let from: [u32; LANES] = std::array::from_fn(|i| (7 * i as u32 + shift) % LANES as u32);
            let (found, sum) = isa.call(Permute(&from));
            assert_eq!(found, from.map(|i| A[i as usize]), "{}", isa.name());
            assert_eq!(sum, LANES as f32);
        }
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
