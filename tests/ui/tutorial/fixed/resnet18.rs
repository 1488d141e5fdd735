//! The ResNet-18 of the Fortran tutorial, word for word: an identity skip across a stride.

use athena::resnet;

resnet! {
    pub struct ResNet18(3x224x224) -> 1000 {
        input
            -> conv(64, 7, stride = 2, padding = same) -> batch_norm -> relu
            -> max_pool(3, stride = 2)
            -> residual(64) -> residual(64)
            -> residual(128, stride = 2) -> residual(128)
            -> residual(256, stride = 2) -> residual(256)
            -> residual(512, stride = 2) -> residual(512)
            -> avg_pool(7) -> flatten -> linear(1000, activation = softmax)
    }

    block residual(filters, stride = 1) {
        let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
        input
            -> conv(filters, 3, stride = stride, padding = same, activation = relu)
            -> conv(filters, 3, padding = same)
            -> + shortcut
            -> relu
    }
}

fn main() {}
