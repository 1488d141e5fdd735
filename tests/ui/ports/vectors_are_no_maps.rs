//! A table that goes into a convolution.

use athena::resnet;

resnet! {
    struct Ward(table: 12) -> 2 {
        table -> conv(8, 3x3) -> flatten -> linear(2)
    }
}

fn main() {}
