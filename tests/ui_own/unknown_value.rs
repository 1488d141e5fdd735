//! A value of a layer of the user's that does not exist.

use athena::resnet;

struct Scaled(f32);

impl athena::layer::Pointwise for Scaled {
    fn forward(&self, x: f32) -> f32 {
        self.0 * x
    }

    fn derivative(&self, _: f32) -> f32 {
        self.0
    }
}

resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Scaled(FACTOR) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
