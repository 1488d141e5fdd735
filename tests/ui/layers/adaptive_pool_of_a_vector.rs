//! An adaptive pool of a vector.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> flatten -> adaptive_avg_pool(4) -> linear(10)
    }
}

fn main() {}
