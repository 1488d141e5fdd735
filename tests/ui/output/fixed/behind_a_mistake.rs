//! What the last step makes is known, whatever came before it.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let shortcut = input -> conv(16, 1x1);
        input -> conv(16, 3x3) -> + shortcut -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
