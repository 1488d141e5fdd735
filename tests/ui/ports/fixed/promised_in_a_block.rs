//! A name of a block's, promised by the network.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> (class: 5) {
        input -> trunk() -> global_avg_pool -> flatten -> class: linear(5)
    }

    block trunk() {
        input -> hidden: conv(8, 3x3) -> relu
    }
}

fn main() {}
