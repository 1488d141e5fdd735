//! The gate is made under another name.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(64, 3x3) -> excited(64) -> global_avg_pool -> flatten -> linear(10)
    }

    block excited(filters) {
        let excitation = input -> global_avg_pool -> conv(filters / 16, 1x1) -> relu -> conv(filters, 1x1) -> sigmoid;
        input -> * excitation
    }
}

fn main() {}
