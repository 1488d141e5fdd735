//! A vector of more numbers than any has.

use athena::resnet;

resnet! {
    struct Net(table: 1048576) -> 5 {
        table -> linear(5)
    }
}

fn main() {}
