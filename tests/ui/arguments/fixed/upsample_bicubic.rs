//! A way to upsample that there is not.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> upsample(2, mode = nearest) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
