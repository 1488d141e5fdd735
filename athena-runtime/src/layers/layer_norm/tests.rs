//! The layer norm against its definition in f64 and central differences.

use super::*;
use crate::kernels::testing::*;

const EPS: f32 = 1e-5;

/// The definition, in f64.
fn reference(e: &Extent, x: &[f64], gamma: &[f64], beta: &[f64]) -> Vec<f64> {
    let plane = e.height * e.width;
    let mut y = vec![0.0; x.len()];
    for pixel in 0..plane {
        let at = |c: usize| c * plane + pixel;
        let mean = (0..e.channels).map(|c| x[at(c)]).sum::<f64>() / e.channels as f64;
        let variance = (0..e.channels).map(|c| (x[at(c)] - mean).powi(2)).sum::<f64>() / e.channels as f64;
        let deviation = (variance + f64::from(EPS)).sqrt();
        (0..e.channels).for_each(|c| y[at(c)] = gamma[c] * (x[at(c)] - mean) / deviation + beta[c]);
    }
    y
}

fn gamma_beta(e: &Extent) -> [Vec<f32>; 2] {
    [7, 8].map(|seed| {
        let live = random(seed, e.channels).into_iter().map(|x| 1.0 + x / 2.0);
        live.chain(std::iter::repeat(0.0)).take(padded(e.channels)).collect()
    })
}

fn cases() -> Vec<Extent> {
    let mut sizes = sizes();
    sizes.extend([extent(96, 2, 3, [1, 0]), extent(33, 1, 1, [0, 0])]);
    sizes
}

#[test]
fn values_are_those_of_the_definition() {
    on_each_isa(|isa| {
        for e in cases() {
            let ([gamma, beta], plain) = (gamma_beta(&e), random(1, numel(&e)));
            let (xe, mut y) = (with_halo(e, [1, 1]), garbage(&e));
            forward(isa, EPS, Some((&gamma, &beta)), map(&pack(&plain, &xe), &xe), map_mut(&mut y, &e));
            let expected = reference(&e, &wide(&plain), &wide(&gamma), &wide(&beta));
            assert_close(&unpack(&y, &e), &expected, 1e-5, isa.name());
            forward(isa, EPS, None, map(&pack(&plain, &xe), &xe), map_mut(&mut y, &e));
            let (ones, zeros) = (vec![1.0; e.channels], vec![0.0; e.channels]);
            assert_close(&unpack(&y, &e), &reference(&e, &wide(&plain), &ones, &zeros), 1e-5, isa.name());
        }
    });
}

#[test]
fn gradients_agree_with_central_differences() {
    on_each_isa(|isa| {
        for e in cases() {
            let ([gamma, beta], plain, dy) = (gamma_beta(&e), random(1, numel(&e)), random(2, numel(&e)));
            let (x, g, b) = (wide(&plain), wide(&gamma), wide(&beta));
            let (xe, dye) = (with_halo(e, [1, 1]), with_halo(e, [0, 2]));
            let (x_map, dy_map) = (pack(&plain, &xe), pack(&dy, &dye));
            let expected = gradient(&x, &wide(&dy), |x| reference(&e, x, &g, &b));
            check_gradient(&e, &expected, 1e-4, isa.name(), |dx, write| {
                backward(isa, EPS, Some(&gamma), map(&x_map, &xe), map(&dy_map, &dye), dx, write);
            });
            let wide_channels = padded(e.channels);
            let (mut sums, mut work) = (vec![0.0; 2 * wide_channels], vec![f32::NAN; 2 * wide_channels]);
            add_sums(isa, EPS, map(&x_map, &xe), map(&dy_map, &dye), &mut sums, &mut work);
            for (of, expected) in [
                (&sums[..e.channels], gradient(&g[..e.channels], &wide(&dy), |g| reference(&e, &x, g, &b))),
                (
                    &sums[wide_channels..][..e.channels],
                    gradient(&b[..e.channels], &wide(&dy), |b| reference(&e, &x, &g, b)),
                ),
            ] {
                assert_close(&wide(of), &expected, 1e-4, isa.name());
            }
        }
    });
}

/// `torch.nn.LayerNorm(3)(tensor([1., 2., 4.]))` of PyTorch 2.15.
#[test]
fn a_pixel_is_normalised_as_by_pytorch() {
    on_each_isa(|isa| {
        let e = extent(3, 1, 1, [0, 0]);
        let mut y = garbage(&e);
        forward(isa, EPS, None, map(&pack(&[1.0, 2.0, 4.0], &e), &e), map_mut(&mut y, &e));
        let expected = [-1.069_041_531_5, -0.267_260_382_9, 1.336_301_914_3];
        assert_close(&unpack(&y, &e), &expected, 1e-6, isa.name());
    });
}
