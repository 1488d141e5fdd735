//! A short word for a shuffle of channels.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> channel_shuffle(4) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
