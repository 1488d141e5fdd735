//! A `let` without its end.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let a = input -> tanh;
        a + input -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
