//! `3X3` has a capital X.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3X3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
