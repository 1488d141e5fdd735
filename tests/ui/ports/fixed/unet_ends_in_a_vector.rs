//! A segmentation that ends in a vector.

use athena::resnet;

resnet! {
    struct UNet(3x32x32) -> 21 {
        input -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> linear(21)
    }
}

fn main() {}
