//! MATLAB's layers: the kernel before the filters.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input
            -> convolution2dLayer(3, 16, Padding = "same") -> batchNormalizationLayer -> reluLayer
            -> globalAveragePooling2dLayer -> flatten -> fullyConnectedLayer(10) -> softmaxLayer
    }
}

fn main() {}
