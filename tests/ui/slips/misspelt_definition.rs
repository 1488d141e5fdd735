//! A block that is misspelt where it is defined.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> same(16) -> relu -> global_avg_pool -> flatten -> linear(10)
    }

    block smae(filters) {
        input -> conv(filters, 3x3)
    }
}

fn main() {}
