//! A label that is a path.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> layer1.0: conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
