//! A segmentation whose answer is half as large as the image.

use athena::resnet;

resnet! {
    struct UNet(3x32x32) -> 21x32x32 {
        input -> conv(16, 3x3, activation = relu) -> max_pool(2) -> conv(21, 1x1)
    }
}

fn main() {}
