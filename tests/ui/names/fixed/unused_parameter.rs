//! A parameter that nothing uses.
#![deny(unused_variables)]

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(16, 2) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters, _stride) {
        input -> conv(filters, 3x3)
    }
}

fn main() {}
