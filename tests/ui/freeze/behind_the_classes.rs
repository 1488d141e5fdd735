//! An attribute behind what a struct promises.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 #[freeze(stem)] {
        input -> stem: conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
