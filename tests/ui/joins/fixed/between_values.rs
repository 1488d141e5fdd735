//! A sum written between two values.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let left = input -> conv(16, 3x3, stride = 2);
        let right = input -> conv(32, 3x3);
        left + (right -> conv(16, 1x1, stride = 2)) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
