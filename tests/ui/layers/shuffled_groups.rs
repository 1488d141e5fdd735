//! Groups that do not divide the channels that are shuffled.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> channel_shuffle(3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
