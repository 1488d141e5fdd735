//! Torchvision's function that repeats a block.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> make_layer(basic, 16, 3) -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(planes) {
        input -> conv(planes, 3x3) -> batch_norm -> + input -> relu
    }
}

fn main() {}
