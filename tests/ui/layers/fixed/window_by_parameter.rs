//! A window whose size a parameter brings.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3, stride = 8) -> shrink(4) -> global_avg_pool -> flatten -> linear(10)
    }

    block shrink(size) {
        input -> avg_pool(size)
    }
}

fn main() {}
