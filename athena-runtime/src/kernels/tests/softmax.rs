//! Softmax over channels.

use super::*;
use crate::kernels::softmax::{backward, forward};

fn softmax(e: &Extent, x: &[f64]) -> Vec<f64> {
    let plane = e.height * e.width;
    let mut y = vec![0.0; x.len()];
    for pixel in 0..plane {
        let at = |c: usize| c * plane + pixel;
        let largest = (0..e.channels).map(|c| x[at(c)]).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = (0..e.channels).map(|c| (x[at(c)] - largest).exp()).sum();
        (0..e.channels).for_each(|c| y[at(c)] = (x[at(c)] - largest).exp() / sum);
    }
    y
}

#[test]
fn channels_sum_to_one() {
    on_each_isa(|isa| {
        for e in sizes() {
            for scale in [1.0, 10.0, 1000.0] {
                let plain: Vec<f32> = random(1, numbers(&e)).iter().map(|x| x * scale).collect();
                let (xe, mut y) = (with_halo(e, [1, 1]), garbage(&e));
                forward(isa, &pack(&plain, &xe), &xe, &mut y, &e);
                assert_close(&unpack(&y, &e), &softmax(&e, &wide(&plain)), 1e-6, isa.name());
            }
        }
    });
}

#[test]
fn its_gradient_agrees_with_central_differences() {
    on_each_isa(|isa| {
        for e in sizes() {
            let (plain, dy) = (random(1, numbers(&e)), random(2, numbers(&e)));
            let y: Vec<f32> = softmax(&e, &wide(&plain)).iter().map(|&y| y as f32).collect();
            let expected = gradient(&wide(&plain), &wide(&dy), |x| softmax(&e, x));
            let (ye, dye) = (with_halo(e, [1, 1]), with_halo(e, [0, 2]));
            check_gradient(&e, &expected, 1e-6, isa.name(), |dx, write| {
                backward(isa, &pack(&y, &ye), &ye, &pack(&dy, &dye), &dye, dx, &e, write);
            });
        }
    });
}
