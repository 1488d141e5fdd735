//! An inception block in which a pool forgets its padding and a convolution gives its own away.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> inception(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block inception(filters) {
        let fine = input -> conv(filters, 1x1);
        let middle = input -> conv(filters, 1x1) -> conv(filters, 3x3);
        let coarse = input -> conv(filters, 1x1) -> conv(filters, 5x5, padding = same);
        let pooled = input -> max_pool(3, stride = 1, padding = same) -> conv(16, 1x1);
        fine || middle || coarse || pooled
    }
}

fn main() {}
