//! PyTorch's pools with all of their arguments, in its order.

use athena::resnet;

resnet! {
    struct Net(3x33x33) -> 10 {
        input
            -> conv(16, 3x3) -> max_pool(3, stride = 2, padding = 1, ceil = true)
            -> avg_pool(3, stride = 2, padding = 1, ceil = true, count_padding = false)
            -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
