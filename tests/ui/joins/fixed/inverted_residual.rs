//! The channels come from the last of three convolutions, the stride from the second, and other calls have another stride.

use athena::resnet;

resnet! {
    struct Net(3x64x64) -> 10 {
        input -> conv(32, 3x3) -> inverted(16, 1, 1) -> inverted(24, 6, 2) -> global_avg_pool -> flatten -> linear(10)
    }

    block inverted(filters, expansion, stride) {
        let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
        input
            -> conv(filters * expansion, 1x1) -> batch_norm -> relu6
            -> conv(filters * expansion, 3x3, stride, groups = filters * expansion) -> batch_norm -> relu6
            -> conv(filters, 1x1) -> batch_norm
            -> + shortcut
    }
}

fn main() {}
