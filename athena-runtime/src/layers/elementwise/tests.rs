//! Fused passes over one to four terms under several functions.

use super::kernel::{Affine, Gradient, NormSums, Term, backward, forward};
use crate::isa::Isa;
use crate::kernels::testing::*;
use crate::layout::Extent;
use crate::layout::padded;
use crate::ops::Activation::{self, Gelu, LeakyRelu, Relu, Sigmoid, Softplus, Tanh};

/// `normed[i]`: whether term i is a batch norm.
const TERMS: [&[bool]; 6] =
    [&[false], &[true], &[true, false], &[true, true], &[false, true, false], &[true, false, true, true]];
const CHAINS: [&[Activation]; 5] = [&[], &[Relu], &[Sigmoid], &[Relu, Tanh], &[Softplus, LeakyRelu(0.1), Gelu]];
const HALOS: [[usize; 2]; 4] = [[0, 0], [1, 1], [0, 2], [2, 1]];

/// One number for each padded channel; NaN where there is no channel, which no kernel may use.
fn per_channel(seed: u64, channels: usize) -> Vec<f32> {
    let mut values = vec![f32::NAN; padded(channels)];
    values[..channels].copy_from_slice(&random(seed, channels));
    values
}

struct Case {
    extent: Extent,
    plain: Vec<Vec<f32>>,
    stored: Vec<Vec<f32>>,
    scale: Vec<Vec<f32>>,
    shift: Vec<Vec<f32>>,
    normed: &'static [bool],
}

impl Case {
    fn new(extent: Extent, normed: &'static [bool]) -> Self {
        let all = 0..normed.len();
        let plain: Vec<_> = all.clone().map(|i| random(i as u64, numel(&extent))).collect();
        Self {
            extent,
            stored: all.clone().map(|i| pack(&plain[i], &with_halo(extent, HALOS[i]))).collect(),
            scale: all.clone().map(|i| per_channel(10 + i as u64, extent.channels)).collect(),
            shift: all.clone().map(|i| per_channel(20 + i as u64, extent.channels)).collect(),
            plain,
            normed,
        }
    }

    fn terms(&self) -> Vec<Term<'_>> {
        let affine = |i: usize| Affine { scale: &self.scale[i], shift: &self.shift[i] };
        self.normed
            .iter()
            .enumerate()
            .map(|(i, &normed)| Term {
                x: map(&self.stored[i], &with_halo(self.extent, HALOS[i])),
                affine: normed.then(|| affine(i)),
            })
            .collect()
    }

    /// The sum of the terms.
    fn z(&self) -> Vec<f64> {
        let plane = self.extent.height * self.extent.width;
        let term = |i: usize, at: usize| {
            let x = f64::from(self.plain[i][at]);
            let of = |values: &[f32]| f64::from(values[at / plane]);
            if self.normed[i] { of(&self.scale[i]) * x + of(&self.shift[i]) } else { x }
        };
        (0..numel(&self.extent)).map(|at| (0..self.normed.len()).map(|i| term(i, at)).sum()).collect()
    }
}

fn act(activations: &[Activation], z: f64) -> f64 {
    activations.iter().fold(z, |x, activation| match activation {
        Relu => x.max(0.0),
        LeakyRelu(slope) => x.max(0.0) + f64::from(*slope) * x.min(0.0),
        Sigmoid => 1.0 / (1.0 + (-x).exp()),
        Tanh => x.tanh(),
        Softplus => x.exp().ln_1p(),
        // erf from its Maclaurin series, which converges for all arguments and fast for these.
        Gelu => {
            let t = x / std::f64::consts::SQRT_2;
            let (mut term, mut sum) = (t, t);
            for n in 1..60 {
                let n = f64::from(n);
                term *= -t * t / n;
                sum += term / (2.0 * n + 1.0);
            }
            0.5 * x * (1.0 + sum * 2.0 / std::f64::consts::PI.sqrt())
        }
        other => unreachable!("{other:?} is not among the chains"),
    })
}

fn each_case(test: impl Fn(Isa, &Case, &[Activation], &str)) {
    on_each_isa(|isa| {
        for extent in sizes() {
            for normed in TERMS {
                let case = Case::new(extent, normed);
                for chain in CHAINS {
                    test(isa, &case, chain, &format!("{} {extent:?} {normed:?} {chain:?}", isa.name()));
                }
            }
        }
    });
}

#[test]
fn forward_is_the_function_of_the_sum() {
    each_case(|isa, case, chain, what| {
        let mut y = garbage(&case.extent);
        forward(isa, &case.terms(), chain, map_mut(&mut y, &case.extent));
        let expected: Vec<f64> = case.z().into_iter().map(|z| act(chain, z)).collect();
        assert_close(&unpack(&y, &case.extent), &expected, 2e-6, what);
    });
}

#[test]
fn backward_is_the_gradient_of_the_sum_and_its_sums() {
    each_case(|isa, case, chain, what| {
        let e = case.extent;
        let mut dy = random(30, numel(&e));
        // A corner within the step has no derivative to compare with; the kernels' own choice there is tested elsewhere.
        case.z().iter().zip(&mut dy).filter(|(z, _)| z.abs() < 1e-4).for_each(|(_, dy)| *dy = 0.0);
        let expected: Vec<f64> = case
            .z()
            .iter()
            .zip(&dy)
            .map(|(&z, &dy)| f64::from(dy) * (act(chain, z + 1e-5) - act(chain, z - 1e-5)) / 2e-5)
            .collect();
        let mean = per_channel(40, e.channels);
        let rstd: Vec<f32> = per_channel(41, e.channels).iter().map(|x| x + 2.0).collect();
        let dy_extent = with_halo(e, [1, 3]);
        let (dy_apart, dy_in_place) = (pack(&dy, &dy_extent), pack(&dy, &e));
        for in_place in [false, true] {
            let mut sums = vec![vec![f32::NAN; 2 * padded(e.channels)]; case.normed.len()];
            let mut norms: Vec<_> = sums
                .iter_mut()
                .zip(case.normed)
                .map(|(sums, &normed)| normed.then(|| NormSums { mean: &mean, rstd: &rstd, sums }))
                .collect();
            let mut g = if in_place { dy_in_place.clone() } else { garbage(&e) };
            let source = if in_place { Gradient::InPlace } else { Gradient::From(map(&dy_apart, &dy_extent)) };
            backward(isa, &case.terms(), chain, source, map_mut(&mut g, &e), &mut norms);
            assert_close(&unpack(&g, &e), &expected, 3e-6, what);
            for (i, sums) in sums.iter().enumerate().filter(|(i, _)| case.normed[*i]) {
                assert_close(&wide(sums), &expected_sums(case, i, &expected, &mean, &rstd), 2e-5, what);
            }
        }
    });
}

fn expected_sums(case: &Case, term: usize, g: &[f64], mean: &[f32], rstd: &[f32]) -> Vec<f64> {
    let plane = case.extent.height * case.extent.width;
    let second = padded(case.extent.channels);
    let mut sums = vec![0.0; 2 * second];
    for (at, g) in g.iter().enumerate() {
        let c = at / plane;
        sums[c] += g;
        sums[second + c] += g * (f64::from(case.plain[term][at]) - f64::from(mean[c])) * f64::from(rstd[c]);
    }
    sums
}

#[test]
fn a_rectifier_passes_nothing_on_at_zero() {
    on_each_isa(|isa| {
        let e = extent(16, 1, 2, [0, 0]);
        let x = vec![0.0; e.len()];
        let mut g = vec![1.0; e.len()];
        let terms = [Term { x: map(&x, &e), affine: None }];
        backward(isa, &terms, &[Relu], Gradient::InPlace, map_mut(&mut g, &e), &mut []);
        assert_eq!(g, x);
    });
}
