//! A division that leaves a rest.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(20) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters) {
        input -> conv(filters / 4, 1x1)
    }
}

fn main() {}
