//! Functions of the user's, number by number.

use super::pointwise::{backward, forward};
use crate::kernels::testing::*;
use crate::user::Pointwise;

/// 1 / x, whose derivative is not finite at 0.
struct Inverse;

impl Pointwise for Inverse {
    fn forward(&self, x: f32) -> f32 {
        x.recip()
    }

    fn derivative(&self, x: f32) -> f32 {
        -(x * x).recip()
    }
}

#[test]
fn functions_are_applied_to_channels_alone() {
    on_each_isa(|isa| {
        for shape in [extent(3, 2, 3, [1, 0]), extent(16, 3, 1, [0, 0]), extent(17, 1, 2, [0, 2])] {
            // Away from 0.
            let x: Vec<f32> = random(3, numel(&shape)).iter().map(|x| x + 3.0f32.copysign(*x)).collect();
            let dy = random(4, numel(&shape));
            let stored = pack(&x, &shape);
            let expected: Vec<f64> = wide(&x).iter().map(|x| 1.0 / x).collect();
            let (y_extent, dy_extent) = (with_halo(shape, [2, 1]), with_halo(shape, [0, 1]));
            let mut y = garbage(&y_extent);
            forward(isa, &Inverse, map(&stored, &shape), map_mut(&mut y, &y_extent));
            assert_close(&unpack(&y, &y_extent), &expected, 1e-6, isa.name());

            let slopes: Vec<f64> = wide(&x).iter().zip(wide(&dy)).map(|(x, dy)| -dy / (x * x)).collect();
            let stored_dy = pack(&dy, &dy_extent);
            check_gradient(&y_extent, &slopes, 1e-6, isa.name(), |dx, write| {
                backward(isa, &Inverse, map(&stored, &shape), map(&stored_dy, &dy_extent), dx, write);
            });
        }
    });
}
