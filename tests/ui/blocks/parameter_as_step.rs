//! A parameter in the place of a step.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(16, relu) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters, act = relu) {
        input -> conv(filters, 3x3) -> act
    }
}

fn main() {}
