//! Groups of a norm that do not divide the channels.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> group_norm(4) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
