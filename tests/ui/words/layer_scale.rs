//! ConvNeXt's word for a scale.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> layer_scale(1e-6) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
