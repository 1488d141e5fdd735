//! Only pools can be rounded up.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3, stride = 2, ceil = true) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
