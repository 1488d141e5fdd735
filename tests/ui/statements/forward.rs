//! A network as a function.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        fn forward(&self, x: Tensor) -> Tensor { input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10) }
    }
}

fn main() {}
