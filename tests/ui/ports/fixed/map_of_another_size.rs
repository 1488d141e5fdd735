//! Features that are half as large as promised.

use athena::resnet;

resnet! {
    struct Features(3x32x32) -> (fc: 5, layer2: 16x16x16) {
        input
            -> layer1: conv(8, 3x3, activation = relu)
            -> layer2: conv(16, 3x3, stride = 2, activation = relu)
            -> global_avg_pool -> flatten -> fc: linear(5)
    }
}

fn main() {}
