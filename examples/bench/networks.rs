//! The networks that are timed: those of the papers, as torchvision and the peers' script write them.

athena::resnet! {
    /// ResNet-20 for CIFAR-10: He et al. (2016), section 4.2, projection shortcuts.
    pub struct ResNet20(3x32x32) -> 10 {
        input
            -> conv(16, 3x3) -> batch_norm -> relu
            -> 3 * basic(16)
            -> basic(32, stride = 2) -> 2 * basic(32)
            -> basic(64, stride = 2) -> 2 * basic(64)
            -> global_avg_pool -> flatten -> linear(10)
    }

    /// ResNet-56 for CIFAR-10, projection shortcuts.
    pub struct ResNet56(3x32x32) -> 10 {
        input
            -> conv(16, 3x3) -> batch_norm -> relu
            -> 9 * basic(16)
            -> basic(32, stride = 2) -> 8 * basic(32)
            -> basic(64, stride = 2) -> 8 * basic(64)
            -> global_avg_pool -> flatten -> linear(10)
    }

    /// torchvision's ResNet-18.
    pub struct ResNet18(3x224x224) -> 1000 {
        input
            -> stem()
            -> 2 * basic(64)
            -> basic(128, stride = 2) -> basic(128)
            -> basic(256, stride = 2) -> basic(256)
            -> basic(512, stride = 2) -> basic(512)
            -> global_avg_pool -> flatten -> linear(1000)
    }

    /// torchvision's ResNet-50: the stride on the 3x3 convolution.
    pub struct ResNet50(3x224x224) -> 1000 {
        input
            -> stem()
            -> 3 * bottleneck(64)
            -> bottleneck(128, stride = 2) -> 3 * bottleneck(128)
            -> bottleneck(256, stride = 2) -> 5 * bottleneck(256)
            -> bottleneck(512, stride = 2) -> 2 * bottleneck(512)
            -> global_avg_pool -> flatten -> linear(1000)
    }

    block stem() {
        input -> conv(64, 7x7, stride = 2) -> batch_norm -> relu -> max_pool(3, stride = 2, padding = 1)
    }

    block basic(filters, stride = 1) {
        let shortcut = input -> shortcut(filters, stride);
        input
            -> conv(filters, 3x3, stride) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
            -> + shortcut -> relu
    }

    block bottleneck(width, stride = 1) {
        let shortcut = input -> shortcut(4 * width, stride);
        input
            -> conv(width, 1x1) -> batch_norm -> relu
            -> conv(width, 3x3, stride) -> batch_norm -> relu
            -> conv(4 * width, 1x1) -> batch_norm
            -> + shortcut -> relu
    }
}
