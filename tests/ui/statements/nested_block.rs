//! A block defined within the network.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        block basic(filters) { input -> conv(filters, 3x3) -> relu }
        input -> basic(16) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
