//! A comma for the `;` of a `let`.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let stem = input -> conv(16, 3x3);
        stem -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
