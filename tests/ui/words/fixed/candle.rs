//! Candle's functions, with what they need besides.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3) -> relu -> flatten -> linear(10)
    }
}

fn main() {}
