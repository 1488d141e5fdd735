//! A percentage.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> drop_path(0.2) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
