//! A pointwise layer of the user's for which a shape is declared.

use athena::resnet;

struct Double;

impl athena::layer::Pointwise for Double {
    fn forward(&self, x: f32) -> f32 {
        2.0 * x
    }

    fn derivative(&self, _: f32) -> f32 {
        2.0
    }
}

resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Double as 16x8x8 -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
