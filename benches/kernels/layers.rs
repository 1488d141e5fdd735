//! The convolutions of ResNet-20 (He et al. 2016, section 4.2, projections as shortcuts), ResNet-18 and ResNet-50 (torchvision's),
//! and a few others.

use athena_runtime::layers::conv::kernel::ConvShape;
use athena_runtime::ops::Window;

/// One convolution; its padding is `same`.
#[derive(Clone, Copy)]
pub struct Layer {
    /// The names of the networks that have it.
    pub networks: &'static str,
    /// Channels, height and width of the input.
    input: [usize; 3],
    outputs: usize,
    kernel: usize,
    stride: usize,
    groups: usize,
    dilation: usize,
}

impl Layer {
    const fn new(networks: &'static str, input: [usize; 3], outputs: usize, kernel: usize, stride: usize) -> Self {
        Self { networks, input, outputs, kernel, stride, groups: 1, dilation: 1 }
    }

    const fn groups(self, groups: usize) -> Self {
        Self { groups, ..self }
    }

    const fn dilation(self, dilation: usize) -> Self {
        Self { dilation, ..self }
    }

    /// The shape for the kernels.
    pub fn shape(&self) -> ConvShape {
        let window = Window {
            kernel: [self.kernel; 2],
            stride: [self.stride; 2],
            padding: [self.dilation * (self.kernel / 2); 2],
            dilation: [self.dilation; 2],
        };
        let [_, height, width] = self.input;
        let [height, width] = [(0, height), (1, width)]
            .map(|(axis, length)| window.output(axis, length).expect("`same` padding keeps every window inside"));
        ConvShape::new(self.input, [self.outputs, height, width], window, self.groups)
    }

    /// `3x3 / 2, 64x56x56 -> 128`
    pub fn name(&self) -> String {
        let [channels, height, width] = self.input;
        let mut name = format!("{0}x{0}", self.kernel);
        if self.stride > 1 {
            name += &format!(" / {}", self.stride);
        }
        if self.groups > 1 {
            name += &format!(", {} groups", self.groups);
        }
        if self.dilation > 1 {
            name += &format!(", dilation {}", self.dilation);
        }
        format!("{name}, {channels}x{height}x{width} -> {}", self.outputs)
    }

    /// Whether it is a 3x3 convolution of ResNet-20 or ResNet-18, for whose direct kernels there is a summary.
    pub fn is_basic(&self) -> bool {
        self.kernel == 3 && (self.networks.contains("resnet20") || self.networks.contains("resnet18"))
    }

    /// Whether it is a 1x1 or 3x3 convolution of the three networks.
    pub fn is_residual(&self) -> bool {
        self.kernel <= 3 && self.networks.contains("resnet")
    }

    /// Whether it has at least 32 channels.
    pub fn is_wide(&self) -> bool {
        self.input[0] >= 32
    }
}

/// All of them, in the networks' order.
pub const LAYERS: &[Layer] = &[
    Layer::new("resnet20", [3, 32, 32], 16, 3, 1),
    Layer::new("resnet20", [16, 32, 32], 16, 3, 1),
    Layer::new("resnet20", [16, 32, 32], 32, 3, 2),
    Layer::new("resnet20", [16, 32, 32], 32, 1, 2),
    Layer::new("resnet20", [32, 16, 16], 32, 3, 1),
    Layer::new("resnet20", [32, 16, 16], 64, 3, 2),
    Layer::new("resnet20", [32, 16, 16], 64, 1, 2),
    Layer::new("resnet20", [64, 8, 8], 64, 3, 1),
    Layer::new("resnet18 resnet50", [3, 224, 224], 64, 7, 2),
    Layer::new("resnet18 resnet50", [64, 56, 56], 64, 3, 1),
    Layer::new("resnet18", [64, 56, 56], 128, 3, 2),
    Layer::new("resnet18", [64, 56, 56], 128, 1, 2),
    Layer::new("resnet18 resnet50", [128, 28, 28], 128, 3, 1),
    Layer::new("resnet18", [128, 28, 28], 256, 3, 2),
    Layer::new("resnet18", [128, 28, 28], 256, 1, 2),
    Layer::new("resnet18 resnet50", [256, 14, 14], 256, 3, 1),
    Layer::new("resnet18", [256, 14, 14], 512, 3, 2),
    Layer::new("resnet18", [256, 14, 14], 512, 1, 2),
    Layer::new("resnet18 resnet50", [512, 7, 7], 512, 3, 1),
    Layer::new("resnet50", [64, 56, 56], 64, 1, 1),
    Layer::new("resnet50", [64, 56, 56], 256, 1, 1),
    Layer::new("resnet50", [256, 56, 56], 64, 1, 1),
    Layer::new("resnet50", [256, 56, 56], 128, 1, 1),
    Layer::new("resnet50", [128, 56, 56], 128, 3, 2),
    Layer::new("resnet50", [128, 28, 28], 512, 1, 1),
    Layer::new("resnet50", [256, 56, 56], 512, 1, 2),
    Layer::new("resnet50", [512, 28, 28], 128, 1, 1),
    Layer::new("resnet50", [512, 28, 28], 256, 1, 1),
    Layer::new("resnet50", [256, 28, 28], 256, 3, 2),
    Layer::new("resnet50", [256, 14, 14], 1024, 1, 1),
    Layer::new("resnet50", [512, 28, 28], 1024, 1, 2),
    Layer::new("resnet50", [1024, 14, 14], 256, 1, 1),
    Layer::new("resnet50", [1024, 14, 14], 512, 1, 1),
    Layer::new("resnet50", [512, 14, 14], 512, 3, 2),
    Layer::new("resnet50", [512, 7, 7], 2048, 1, 1),
    Layer::new("resnet50", [1024, 14, 14], 2048, 1, 2),
    Layer::new("resnet50", [2048, 7, 7], 512, 1, 1),
    Layer::new("resnext50", [128, 56, 56], 128, 3, 1).groups(32),
    Layer::new("resnext50", [256, 56, 56], 256, 3, 2).groups(32),
    Layer::new("resnext50", [256, 28, 28], 256, 3, 1).groups(32),
    Layer::new("resnext50", [512, 14, 14], 512, 3, 1).groups(32),
    Layer::new("depthwise", [128, 28, 28], 128, 3, 1).groups(128),
    Layer::new("depthwise", [128, 56, 56], 128, 3, 2).groups(128),
    Layer::new("depthwise", [128, 14, 14], 128, 5, 1).groups(128),
    Layer::new("dilated", [128, 28, 28], 128, 3, 1).dilation(2),
];
