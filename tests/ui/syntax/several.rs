//! Five independent mistakes in one network: five errors, in order.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stem: cnov(16, 3x3) -> batch_norm(momentum = 2) -> rleu
        -> conv(16, 3X3) -> + stme -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
