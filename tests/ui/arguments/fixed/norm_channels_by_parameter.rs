//! PyTorch's number of channels, by a parameter.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> basic(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters) {
        input -> conv(filters, 3x3) -> batch_norm -> relu
    }
}

fn main() {}
