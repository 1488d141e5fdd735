//! Candle's functions, with what they need besides.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> candle_nn::conv2d(3, 16, 3, cfg, vb.pp("conv1")) -> relu -> flatten -> candle_nn::linear(16384, 10, vb)
    }
}

fn main() {}
