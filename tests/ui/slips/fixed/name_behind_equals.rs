//! A name behind the `=`.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        let side = input -> conv(16, 1x1);
        input -> conv(16, 3x3) -> + side -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
