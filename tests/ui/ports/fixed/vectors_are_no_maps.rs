//! A table that goes into a convolution.

use athena::resnet;

resnet! {
    struct Ward(table: 12) -> 2 {
        table -> linear(8) -> flatten -> linear(2)
    }
}

fn main() {}
