//! A name promised twice.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> (class: 5) {
        input -> conv(8, 3x3) -> relu -> global_avg_pool -> flatten -> class: linear(5)
    }
}

fn main() {}
