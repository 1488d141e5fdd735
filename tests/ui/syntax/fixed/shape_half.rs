//! Half a shape.

use athena::resnet;

resnet! {
    struct Net(3x3x3) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
