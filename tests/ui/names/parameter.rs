//! A value with the name of a parameter.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters) {
        let filters = input -> relu;
        input -> conv(filters, 3x3)
    }
}

fn main() {}
