//! A map is joined with a single pixel.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let context = input -> global_avg_pool -> conv(8, 1x1) -> relu;
        input -> conv(16, 3x3) -> || context -> flatten -> linear(10)
    }
}

fn main() {}
