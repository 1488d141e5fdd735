//! Two vectors.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> flatten -> narrow: linear(16) -> linear(20) -> + (narrow -> linear(20)) -> linear(10)
    }
}

fn main() {}
