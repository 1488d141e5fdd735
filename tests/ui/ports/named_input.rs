//! The name that an input without a name has.

use athena::resnet;

resnet! {
    struct Net(input: 1x32x32) -> 5 {
        input -> conv(8, 3x3) -> relu -> global_avg_pool -> flatten -> linear(5)
    }
}

fn main() {}
