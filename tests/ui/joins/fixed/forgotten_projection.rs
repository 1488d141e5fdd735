//! The projection is made and then not used.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> 2 * basic(16) -> basic(32, 2) -> global_avg_pool -> flatten -> linear(10)
    }

    block basic(filters, stride = 1) {
        let shortcut = input -> shortcut(filters, stride);
        input
            -> conv(filters, 3x3, stride) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
            -> + shortcut -> relu
    }
}

fn main() {}
