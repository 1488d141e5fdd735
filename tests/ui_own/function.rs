//! A function of the user's for a layer.

use athena::resnet;

fn double(x: f32) -> f32 {
    2.0 * x
}

resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::double -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
