//! A `let` without its name: the use of the name is no second mistake.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let value = input -> conv(16, 3x3);
        input -> conv(16, 3x3) -> + value -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
