//! A stage of VGG too many: the first five of them fit.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stage(64) -> stage(128) -> stage(256) -> stage(512) -> stage(512) -> flatten -> linear(10)
    }

    block stage(filters) {
        input -> conv(filters, 3x3) -> relu -> max_pool(2)
    }
}

fn main() {}
