//! PyTorch: concatenation as a function.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let a = input -> conv(8, 3x3);
        let b = input -> conv(8, 1x1);
        a || b -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
