//! A main path that grows from round to round.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> 2 * grow(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block grow(filters) {
        let shortcut = input -> conv(32, 1x1);
        input -> conv(filters, 3x3) -> || input -> conv(32, 1x1) -> + shortcut
    }
}

fn main() {}
