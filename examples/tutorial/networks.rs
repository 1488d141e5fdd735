//! The programs of the tutorial "Residual Networks (ResNet)" of athena-fortran, in its order, as networks.
//!
//! Two of them add maps of different shapes as they stand there (an identity shortcut across a stride). Here they carry the
//! projection that the compiler's message proposes.

use athena::resnet;

// Building a Basic ResNet.
resnet! {
    /// A convolution, one residual block, a pool and a classifier: the first program.
    pub struct Basic(1x28x28) -> 10 {
        input
            -> entry: conv(64, 3x3, activation = relu)
            -> conv(64, 3x3, activation = relu)
            -> conv(64, 3x3)
            -> + entry -> relu
            -> max_pool(2) -> flatten -> linear(10) -> softmax
    }
}

// Building Residual Blocks.
resnet! {
    /// The helper subroutine, called without and with a stride.
    pub struct Blocks(1x28x28) -> 10 {
        input
            -> conv(16, 3x3, activation = relu)
            -> residual(16)
            -> residual(32, stride = 2)
            -> global_avg_pool -> flatten -> linear(10) -> softmax
    }

    /// `add_residual_block`: the shortcut is the input, projected only where its shape changes.
    block residual(filters, stride = 1) {
        input
            -> conv(filters, 3x3, stride, activation = relu)
            -> conv(filters, 3x3)
            -> + (input -> shortcut(filters, stride))
            -> relu
    }
}

// Deeper ResNet Architecture.
resnet! {
    /// The ResNet-18 style network for images of 224 x 224.
    pub struct ResNet18Style(3x224x224) -> 1000 {
        input
            -> conv(64, 7x7, stride = 2) -> batch_norm -> relu
            -> max_pool(3, stride = 2)
            -> 2 * residual(64)
            -> down(128) -> residual(128)
            -> down(256) -> residual(256)
            -> down(512) -> residual(512)
            -> avg_pool(7) -> flatten -> linear(1000) -> softmax
    }

    block residual(filters) {
        input -> conv(filters, 3x3, activation = relu) -> conv(filters, 3x3) -> + input -> relu
    }

    block down(filters, stride = 2) {
        let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
        input -> conv(filters, 3x3, stride, activation = relu) -> conv(filters, 3x3) -> + shortcut -> relu
    }
}

// Projection Shortcuts.
resnet! {
    /// `add_residual_block_projection`, called twice.
    pub struct Projection(3x32x32) -> 10 {
        input
            -> conv(16, 3x3, activation = relu)
            -> projection(32, stride = 2)
            -> projection(64, stride = 2)
            -> global_avg_pool -> flatten -> linear(10) -> softmax
    }

    block projection(filters, stride) {
        let main = input -> conv(filters, 3x3, stride, activation = relu) -> conv(filters, 3x3);
        let projected = input -> conv(filters, 1x1, stride);
        projected + main -> relu
    }
}

// ResNet for Small Images (CIFAR-10).
resnet! {
    /// Three stages of three blocks for images of 32 x 32.
    pub struct Cifar10(3x32x32) -> 10 {
        input
            -> conv(16, 3x3, activation = relu)
            -> 3 * residual(16)
            -> down(32) -> 2 * residual(32)
            -> down(64) -> 2 * residual(64)
            -> avg_pool(8) -> flatten -> linear(10) -> softmax
    }

    block residual(filters) {
        input -> conv(filters, 3x3, activation = relu) -> conv(filters, 3x3) -> + input -> relu
    }

    block down(filters, stride = 2) {
        let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
        input -> conv(filters, 3x3, stride, activation = relu) -> conv(filters, 3x3) -> + shortcut -> relu
    }
}

// Understanding Skip Connections.
resnet! {
    /// The layer's number saved before the residual path is a label, used by name after it.
    pub struct SkipByName(1x28x28) -> 10 {
        input
            -> skip: conv(16, 3x3, activation = relu)
            -> conv(16, 3x3)
            -> + skip
            -> relu -> global_avg_pool -> flatten -> linear(10) -> softmax
    }

    /// `operator="+"`: two paths added between values.
    pub struct SkipByAddition(1x28x28) -> 10 {
        let skip = input -> conv(16, 3x3, activation = relu);
        let main = skip -> conv(16, 3x3, activation = relu) -> conv(16, 3x3);
        main + skip -> relu -> global_avg_pool -> flatten -> linear(10) -> softmax
    }

    /// `operator="||"`: two paths joined along channels.
    pub struct SkipByConcatenation(1x28x28) -> 10 {
        let skip = input -> conv(16, 3x3, activation = relu);
        let main = skip -> conv(24, 3x3);
        main || skip -> relu -> global_avg_pool -> flatten -> linear(10) -> softmax
    }

    /// One layer's output read by several: itself a classifier's operand, and the start of two paths.
    pub struct Broadcast(1x28x28) -> 10 {
        let stem = input -> conv(16, 3x3, activation = relu);
        let narrow = stem -> conv(16, 1x1, activation = relu);
        let wide = stem -> conv(16, 5x5, activation = relu);
        stem + narrow + wide -> max_pool(2) -> flatten -> linear(10) -> softmax
    }
}
