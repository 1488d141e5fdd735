//! A block without parentheses.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit -> global_avg_pool -> flatten -> linear(10)
    }

    block unit {
        input -> conv(16, 3x3)
    }
}

fn main() {}
