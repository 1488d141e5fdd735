//! The shortcut has its channels from one step and its size from another.

use athena::resnet;

resnet! {
    struct Net(3x224x224) -> 1000 {
        input
            -> conv(64, 7x7, stride = 2) -> batch_norm -> relu -> max_pool(3, 2, 1)
            -> bottleneck(64)
            -> global_avg_pool -> flatten -> linear(1000)
    }

    block bottleneck(width) {
        input
            -> conv(width, 1x1) -> batch_norm -> relu
            -> conv(width, 3x3) -> batch_norm -> relu
            -> conv(width * 4, 1x1) -> batch_norm
            -> + input -> relu
    }
}

fn main() {}
