//! Keras: the name of a layer is an argument.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(32, 3x3, name = "conv1") -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
