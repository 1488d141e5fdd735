//! A block that nothing calls has its mistakes, too.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }

    block lonely(filters) {
        input -> stem: conv(filters, 5x5) -> + stem
    }
}

fn main() {}
