//! Two names for one value.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let (a, b) = input -> conv(16, 3x3);
        a -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
