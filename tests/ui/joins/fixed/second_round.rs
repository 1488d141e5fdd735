//! The first round of a repeat fits, the second does not.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(8, 3x3) -> 2 * dense(8) -> global_avg_pool -> flatten -> linear(10)
    }

    block dense(filters) {
        let shortcut = input -> conv(filters, 1x1);
        input -> conv(filters, 3x3) -> + shortcut -> || input
    }
}

fn main() {}
