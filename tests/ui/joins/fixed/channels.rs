//! Only the channels differ.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stem: conv(16, 3x3) -> conv(32, 3x3) -> + (stem -> conv(32, 1x1)) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
