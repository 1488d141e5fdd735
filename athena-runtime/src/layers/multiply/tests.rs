//! Products against plain loops, and their gradients against central differences.

use super::kernel::{backward, forward};
use crate::isa::Isa;
use crate::kernels::testing::*;
use crate::layout::Extent;

/// The product in `C x H x W` order; `gate` has as many numbers as `x`, or one a channel.
fn product(x: &[f64], gate: &[f64]) -> Vec<f64> {
    let plane = x.len() / gate.len();
    x.iter().enumerate().map(|(i, x)| x * gate[i / plane]).collect()
}

/// Maps with what may multiply them.
fn pairs() -> Vec<(Extent, Extent)> {
    let halos = [[0, 0], [1, 0], [0, 2], [1, 1], [3, 1]];
    let pair = |(e, halo): (Extent, [usize; 2])| [(e, with_halo(e, halo)), (e, extent(e.channels, 1, 1, halo))];
    sizes().into_iter().zip(halos).flat_map(pair).collect()
}

#[test]
fn products_agree_with_plain_loops() {
    on_each_isa(|isa| {
        for (e, gate) in pairs() {
            let (x, by) = (random(1, numel(&e)), random(2, numel(&gate)));
            let ye = with_halo(e, [2, 1]);
            let mut y = garbage(&ye);
            forward(isa, map(&pack(&x, &e), &e), map(&pack(&by, &gate), &gate), map_mut(&mut y, &ye));
            assert_close(&unpack(&y, &ye), &product(&wide(&x), &wide(&by)), 1e-7, "product");
        }
    });
}

#[test]
fn gradients_of_both_operands_agree_with_differences() {
    on_each_isa(|isa| {
        for (e, gate) in pairs() {
            let (x, by) = (random(1, numel(&e)), random(2, numel(&gate)));
            let dy = random(3, numel(&e));
            let dye = with_halo(e, [1, 2]);
            let (stored_x, stored_gate, stored_dy) = (pack(&x, &e), pack(&by, &gate), pack(&dy, &dye));

            let expected = gradient(&wide(&x), &wide(&dy), |x| product(x, &wide(&by)));
            check_gradient(&e, &expected, 1e-6, "the map", |dx, write| {
                backward(isa, map(&stored_gate, &gate), map(&stored_dy, &dye), dx, write);
            });
            let expected = gradient(&wide(&by), &wide(&dy), |by| product(&wide(&x), by));
            check_gradient(&gate, &expected, 1e-6, "the gate", |dx, write| {
                backward(isa, map(&stored_x, &e), map(&stored_dy, &dye), dx, write);
            });
        }
    });
}

#[test]
#[should_panic(expected = "as many channels")]
fn gates_of_other_channels_are_refused() {
    let (e, gate) = (extent(3, 2, 2, [0, 0]), extent(4, 1, 1, [0, 0]));
    let (x, by, mut y) = (garbage(&e), garbage(&gate), garbage(&e));
    forward(Isa::available()[0], map(&x, &e), map(&by, &gate), map_mut(&mut y, &e));
}
