//! Neither shape nor classes.

use athena::resnet;

resnet! {
    struct Net {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
