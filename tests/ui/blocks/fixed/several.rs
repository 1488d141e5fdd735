//! Independent mistakes, one of them in a block that is called twice: each is reported once, in order.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> unit(16) -> unit(32) -> flatten -> linear(10)
    }

    block unit(filters) {
        input -> side: conv(filters, 5x5) -> + side
    }
}

fn main() {}
