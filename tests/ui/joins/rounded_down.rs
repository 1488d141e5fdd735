//! ResNet-D's shortcut on an odd map: the convolution rounds up, the pool down.

use athena::resnet;

resnet! {
    struct Net(3x33x33) -> 10 {
        input -> conv(16, 3x3) -> batch_norm -> relu -> widen(32) -> global_avg_pool -> flatten -> linear(10)
    }

    block widen(filters, stride = 2) {
        input
            -> conv(filters, 3x3, stride) -> batch_norm
            -> + (input -> [avg_pool(stride), conv(filters, 1x1), batch_norm]) -> relu
    }
}

fn main() {}
