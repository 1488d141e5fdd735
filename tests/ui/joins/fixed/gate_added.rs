//! A gate that is added.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> gated(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block gated(channels) {
        let gate = input -> global_avg_pool -> conv(channels / 4, 1x1) -> relu -> conv(channels, 1x1) -> sigmoid;
        input -> conv(channels, 3x3) -> * gate
    }
}

fn main() {}
