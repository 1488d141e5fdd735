//! A sign that arithmetic lacks.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(64) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters) {
        input -> conv(filters / 4, 1x1)
    }
}

fn main() {}
