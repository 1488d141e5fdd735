//! What the last step makes is known, whatever came before it.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> + input -> global_avg_pool -> flatten -> linear(9)
    }
}

fn main() {}
