//! Neither `true` nor `false`.

use athena::resnet;

resnet! {
    struct Net(3x33x33) -> 10 {
        input -> conv(16, 3x3) -> max_pool(2, ceil = 1) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
