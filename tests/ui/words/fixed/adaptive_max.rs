//! PyTorch's global pool.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_max_pool -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
