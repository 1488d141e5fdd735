//! The operand is the smaller one, so the main path must shrink.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let small = input -> conv(16, 3x3, stride = 2);
        input -> conv(16, 3x3) -> conv(16, 1x1, stride = 2) -> + small -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
