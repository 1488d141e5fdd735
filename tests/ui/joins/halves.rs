//! Halves of an odd number of channels.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let map = input -> conv(17, 3x3) -> relu;
        map -> slice(0, 8) -> + (map -> slice(8, 17)) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
