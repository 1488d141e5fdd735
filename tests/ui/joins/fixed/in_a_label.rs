//! Across a labelled stage.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stem: conv(16, 3x3) -> layer1: unit(32) -> + (stem -> conv(32, 1x1) -> batch_norm) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(filters) {
        input -> conv(filters, 3x3) -> batch_norm -> relu
    }
}

fn main() {}
