//! Operands with a comma between them.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> a: conv(16, 1x1) -> b: conv(16, 3x3) -> + a, b -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
