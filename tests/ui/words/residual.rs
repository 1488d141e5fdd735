//! A residual written as a layer around its steps.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(3) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters) {
        input -> Residual(conv(filters, 3x3), batch_norm, relu) -> relu
    }
}

fn main() {}
