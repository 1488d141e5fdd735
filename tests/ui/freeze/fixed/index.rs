//! One block more than there are.

use athena::resnet;

resnet! {
    #[freeze(conv1, layer1.2)]
    struct Net(3x32x32) -> 10 {
        input -> conv1: conv(16, 3x3) -> layer1: 3 * basic(16) -> global_avg_pool -> flatten -> fc: linear(10)
    }

    block basic(filters) {
        input -> conv1: conv(filters, 3x3) -> + input -> relu
    }
}

fn main() {}
