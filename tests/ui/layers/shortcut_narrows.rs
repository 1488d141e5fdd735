//! Shortcut A cannot take channels away.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(64, 3x3) -> shortcut(32, option = a) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
