//! A pool that rounds up beside a convolution that rounds down.

use athena::resnet;

resnet! {
    struct Net(3x31x31) -> 10 {
        let map = input -> conv(16, 3x3);
        map -> conv(16, 3x3, stride = 2, padding = valid) -> + (map -> max_pool(2, ceil = true)) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
