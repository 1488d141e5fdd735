//! Three blocks deep, once for two calls.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> net(16) -> net(32) -> global_avg_pool -> flatten -> linear(10)
    }

    block net(width) {
        input -> stage(width)
    }

    block stage(width) {
        input -> 2 * unit(width * 2)
    }

    block unit(filters) {
        input -> conv(filters, 3x3) -> + input
    }
}

fn main() {}
