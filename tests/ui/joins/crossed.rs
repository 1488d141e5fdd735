//! One side shrinks, the other grows.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let flat = input -> max_pool(2x1);
        input -> max_pool(1x2) -> + flat -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
