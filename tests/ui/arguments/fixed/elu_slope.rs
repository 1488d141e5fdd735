//! The name of `leaky_relu`'s argument.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> elu(alpha = 0.5) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
