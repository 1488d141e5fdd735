//! An argument behind the parentheses.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> global_avg_pool -> flatten -> linear() 10
    }
}

fn main() {}
