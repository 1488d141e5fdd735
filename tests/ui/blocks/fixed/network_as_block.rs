//! A network in the place of a block.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> global_avg_pool -> flatten -> linear(10)
    }

    struct Other(3x32x32) -> 20 {
        input -> flatten -> linear(20)
    }
}

fn main() {}
