//! MATLAB's layers: the kernel before the filters.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input
            -> conv(16, 3, padding = same) -> batch_norm -> relu
            -> global_avg_pool -> flatten -> linear(10) -> softmax
    }
}

fn main() {}
