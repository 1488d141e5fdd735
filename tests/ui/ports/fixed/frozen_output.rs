//! A frozen path that no layer has, in a network of features.

use athena::resnet;

resnet! {
    #[freeze(layer1)]
    struct Features(3x32x32) -> (layer2: 16x16x16) {
        input
            -> layer1: conv(8, 3x3, activation = relu)
            -> layer2: conv(16, 3x3, stride = 2, activation = relu)
    }
}

fn main() {}
