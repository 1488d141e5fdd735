//! The usual name of the projection is taken.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> unit(16) -> global_avg_pool -> flatten -> linear(10)
    }

    block unit(shortcut) {
        let projection = input -> conv(shortcut, 1x1, stride = 2);
        input -> conv(shortcut, 3x3, stride = 2) -> + projection
    }
}

fn main() {}
