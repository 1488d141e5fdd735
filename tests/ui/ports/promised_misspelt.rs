//! A promised name with a letter missing.

use athena::resnet;

resnet! {
    struct Features(3x32x32) -> (fc: 5, layr3: 32x8x8) {
        input
            -> layer1: conv(8, 3x3, activation = relu)
            -> layer2: conv(16, 3x3, stride = 2, activation = relu)
            -> layer3: conv(32, 3x3, stride = 2, activation = relu)
            -> global_avg_pool -> flatten -> fc: linear(5)
    }
}

fn main() {}
