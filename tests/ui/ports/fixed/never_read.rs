//! An input that nothing reads.

use athena::resnet;

resnet! {
    struct Ward(scan: 1x32x32) -> 5 {
        scan -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> linear(5)
    }
}

fn main() {}
