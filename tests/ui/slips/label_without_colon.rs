//! A label without its colon.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input
            -> stem 2 * same(16) -> conv(16, 3x3) -> + stem -> global_avg_pool -> flatten -> linear(10)
    }

    block same(filters) {
        input -> conv(filters, 3x3) -> relu
    }
}

fn main() {}
