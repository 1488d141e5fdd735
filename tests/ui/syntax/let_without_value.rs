//! A name without a value.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let a;
        a -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
