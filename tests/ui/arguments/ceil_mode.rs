//! PyTorch's names of the arguments of its pools.

use athena::resnet;

resnet! {
    struct Net(3x33x33) -> 10 {
        input
            -> conv(16, 3x3) -> max_pool(3, stride = 2, ceil_mode = true)
            -> avg_pool(3, stride = 2, padding = 1, count_include_pad = false)
            -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
