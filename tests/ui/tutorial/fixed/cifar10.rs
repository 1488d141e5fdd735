//! The CIFAR-10 network of the Fortran tutorial, word for word: an identity skip across a stride.

use athena::resnet;

resnet! {
    pub struct Cifar10(3x32x32) -> 10 {
        input
            -> conv(16, 3, padding = same, activation = relu)
            -> 3 * residual(16)
            -> residual(32, stride = 2) -> 2 * residual(32)
            -> residual(64, stride = 2) -> 2 * residual(64)
            -> avg_pool(8) -> flatten -> linear(10, activation = softmax)
    }

    block residual(filters, stride = 1) {
        let shortcut = input -> conv(filters, 1x1, stride);
        input
            -> conv(filters, 3, stride = stride, padding = same, activation = relu)
            -> conv(filters, 3, padding = same)
            -> + shortcut
            -> relu
    }
}

fn main() {}
