//! A layer that nobody knows, or a block of another `resnet!`.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> inception(32) -> global_avg_pool -> flatten -> linear(10)
    } block inception(filters) { input -> conv(filters, 3x3) }
}

fn main() {}
