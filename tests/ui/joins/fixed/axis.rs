//! A concatenation along an axis, as in PyTorch.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let a = input -> conv(16, 1x1);
        let b = input -> conv(16, 3x3);
        a || b -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
