//! The first of three values is the odd one.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let a = input -> conv(8, 3x3);
        let b = input -> conv(16, 3x3);
        let c = input -> conv(16, 1x1);
        (a -> conv(16, 1x1)) + b + c -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
