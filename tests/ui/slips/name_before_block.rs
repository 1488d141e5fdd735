//! A name before `block`.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> same(16) -> global_avg_pool -> flatten -> linear(10)
    }

    same block(filters) {
        input -> conv(filters, 3x3) -> relu
    }
}

fn main() {}
