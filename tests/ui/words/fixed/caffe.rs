//! Caffe's layers and their parameters.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input
            -> conv(64, 7, stride = 2, padding = 3, bias = false)
            -> avg_pool(2, stride = 2)
            -> global_avg_pool
            -> flatten -> linear(10)
    }
}

fn main() {}
