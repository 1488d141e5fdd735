//! Keras: the long name of global average pooling.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> GlobalAveragePooling2D() -> flatten -> linear(10)
    }
}

fn main() {}
