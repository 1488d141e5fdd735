//! The last convolution makes the classes, and nothing flattens them.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> relu -> global_avg_pool -> conv(10, 1x1)
    }
}

fn main() {}
