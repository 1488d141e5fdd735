//! Keras: the input as a layer.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        Input(shape=(32, 32, 3)) -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
