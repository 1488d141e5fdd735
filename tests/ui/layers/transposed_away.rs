//! A padding that cuts off the whole map.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> max_pool(32) -> conv_transpose(8, 3x3, padding = 2) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
