//! A path as Rust writes it.

use athena::resnet;

resnet! {
    #[freeze(layer1::conv1)]
    struct Net(3x32x32) -> 10 {
        input -> layer1: basic(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters) {
        input -> conv(filters, 3x3) -> relu
    }
}

fn main() {}
