//! A default that uses a later parameter.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters, middle = 16, outer = 4) {
        input -> conv(filters * middle * outer, 3x3)
    }
}

fn main() {}
