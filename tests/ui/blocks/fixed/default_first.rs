//! A default before a parameter without one.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(16, 1) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters, stride = 1) {
        input -> conv(filters, 3x3, stride)
    }
}

fn main() {}
