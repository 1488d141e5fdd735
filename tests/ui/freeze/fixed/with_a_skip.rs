//! A wrong path of a frozen layer and a wrong skip, both told at once.

use athena::resnet;

resnet! {
    #[freeze(layer1.0.conv1)]
    struct Net(3x32x32) -> 10 {
        input -> conv1: conv(16, 3x3) -> layer1: 2 * basic(32) -> global_avg_pool -> flatten -> fc: linear(10)
    }

    block basic(filters) {
        let shortcut = input -> conv(filters, 1x1);
        input -> conv1: conv(filters, 3x3) -> conv2: conv(filters, 3x3) -> + shortcut -> relu
    }
}

fn main() {}
