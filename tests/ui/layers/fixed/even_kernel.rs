//! `same` padding of an even kernel.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 2x2, stride = 2, padding = valid) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
