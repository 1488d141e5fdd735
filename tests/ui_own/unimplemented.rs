//! A type of the user's that is no layer.

use athena::resnet;

struct Mish;

resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Mish -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
