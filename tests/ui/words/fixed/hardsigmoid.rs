//! PyTorch's spelling.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> hard_sigmoid -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
