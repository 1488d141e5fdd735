//! `;` behind a label.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input
            -> stem; conv(16, 3x3) -> relu
            -> conv(16, 3x3) -> + stem -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
