//! Two arguments of a block in each other's place.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(3x3, 16) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters, kernel) {
        input -> conv(filters, kernel)
    }
}

fn main() {}
