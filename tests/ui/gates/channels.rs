//! The gate of a squeeze-and-excitation block is squeezed and never excited.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(64, 3x3) -> excited(64) -> global_avg_pool -> flatten -> linear(10)
    }

    block excited(filters) {
        let gate = input -> global_avg_pool -> conv(filters / 16, 1x1) -> sigmoid;
        input -> conv(filters, 3x3) -> batch_norm -> * gate
    }
}

fn main() {}
