//! Heights and widths that no stride brings together.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> stem: conv(16, 3x3) -> conv(16, 3x3, padding = same) -> + stem -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
