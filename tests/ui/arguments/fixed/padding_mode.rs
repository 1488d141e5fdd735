//! PyTorch's border is a step here.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> pad(1, mode = reflect) -> conv(16, 3x3, padding = valid) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
