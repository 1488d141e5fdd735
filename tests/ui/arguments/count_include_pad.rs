//! PyTorch's name for padding that counts.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> avg_pool(3, stride = 2, padding = 1, count_include_pad = false) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
