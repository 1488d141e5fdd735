//! The fifth round leaves one pixel, and the sixth has nothing to pool.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> 6 * down(16) -> flatten -> linear(10)
    }

    block down(filters) {
        input -> conv(filters, 3x3) -> batch_norm -> relu -> max_pool(2)
    }
}

fn main() {}
