//! A shape with the channels last.

use athena::resnet;

resnet! {
    struct Net(28x28x1) -> 10 {
        input -> conv(8, 3x3, padding = valid) -> flatten -> linear(10)
    }
}

fn main() {}
