//! The main path is the odd one of three.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let a = input -> conv(16, 3x3);
        input -> conv(8, 3x3) -> conv(16, 1x1) -> + a + a -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
