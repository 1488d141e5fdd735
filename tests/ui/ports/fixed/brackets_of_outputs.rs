//! Outputs in brackets.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> (class: 5, stem: 8x32x32) {
        input -> stem: conv(8, 3x3) -> relu -> global_avg_pool -> flatten -> class: linear(5)
    }
}

fn main() {}
