//! Networks that classify each pixel: FCN and DeepLabV3 with torchvision's parameter names, and a U-Net.

/// A ResNet whose last two stages keep the size of the map with dilated convolutions. Arguments: the identity blocks of each stage.
#[doc(hidden)]
#[macro_export]
macro_rules! __fcn {
    ({ $($head:tt)* } $classes:tt, $stage1:tt $stage2:tt $stage3:tt $stage4:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                let features = input -> backbone: [
                    conv1: conv(64, 7x7, stride = 2), bn1: batch_norm, relu,
                    maxpool: max_pool(3x3, stride = 2, padding = 1),
                    layer1: [widen(64), $stage1 * bottleneck(64)],
                    layer2: [widen(128, stride = 2), $stage2 * bottleneck(128)],
                    layer3: [widen(256), $stage3 * bottleneck(256, dilation = 2)],
                    layer4: [widen(512, dilation = 2), $stage4 * bottleneck(512, dilation = 4)]
                ];
                let scores = features
                    -> classifier: [conv(512, 3x3), batch_norm, relu, dropout(0.1), conv($classes, 1x1)];
                let side = layer3
                    -> aux_classifier: [conv(256, 3x3), batch_norm, relu, dropout(0.1), conv($classes, 1x1)]
                    -> aux: upsample(8, mode = bilinear);
                scores -> out: upsample(8, mode = bilinear)
            }

            block bottleneck(width, dilation = 1) {
                input
                    -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3, dilation = dilation) -> bn2: batch_norm -> relu
                    -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
                    -> + input -> relu
            }

            block widen(width, stride = 1, dilation = 1) {
                input
                    -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3, stride, dilation = dilation) -> bn2: batch_norm -> relu
                    -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
                    -> + (input -> downsample: [conv(4 * width, 1x1, stride), batch_norm]) -> relu
            }
        }
    };
}

/// The same network with windows of several sizes behind it.
#[doc(hidden)]
#[macro_export]
macro_rules! __deeplabv3 {
    ({ $($head:tt)* } $classes:tt, $stage1:tt $stage2:tt $stage3:tt $stage4:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                let features = input -> backbone: [
                    conv1: conv(64, 7x7, stride = 2), bn1: batch_norm, relu,
                    maxpool: max_pool(3x3, stride = 2, padding = 1),
                    layer1: [widen(64), $stage1 * bottleneck(64)],
                    layer2: [widen(128, stride = 2), $stage2 * bottleneck(128)],
                    layer3: [widen(256), $stage3 * bottleneck(256, dilation = 2)],
                    layer4: [widen(512, dilation = 2), $stage4 * bottleneck(512, dilation = 4)]
                ];
                let scores = features
                    -> classifier: [pyramid, conv(256, 3x3), batch_norm, relu, conv($classes, 1x1)];
                let side = layer3
                    -> aux_classifier: [conv(256, 3x3), batch_norm, relu, dropout(0.1), conv($classes, 1x1)]
                    -> aux: upsample(8, mode = bilinear);
                scores -> out: upsample(8, mode = bilinear)
            }

            block pyramid() {
                input -> convs: windows -> project: [conv(256, 1x1), batch_norm, relu, dropout(0.5)]
            }

            /// Windows of several sizes, and the mean of all pixels.
            block windows() {
                let a = input -> "{0..}": [[conv(256, 1x1), batch_norm, relu]];
                let b = input -> "{1..}": [[conv(256, 3x3, dilation = 12), batch_norm, relu]];
                let c = input -> "{2..}": [[conv(256, 3x3, dilation = 24), batch_norm, relu]];
                let d = input -> "{3..}": [[conv(256, 3x3, dilation = 36), batch_norm, relu]];
                let e = input -> "{4..}": [[global_avg_pool, conv(256, 1x1), batch_norm, relu]] -> adaptive_avg_pool(image / 8);
                a || b || c || d || e
            }

            block bottleneck(width, dilation = 1) {
                input
                    -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3, dilation = dilation) -> bn2: batch_norm -> relu
                    -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
                    -> + input -> relu
            }

            block widen(width, stride = 1, dilation = 1) {
                input
                    -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3, stride, dilation = dilation) -> bn2: batch_norm -> relu
                    -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
                    -> + (input -> downsample: [conv(4 * width, 1x1, stride), batch_norm]) -> relu
            }
        }
    };
}

/// The U-Net. Argument: the filters of the first level.
#[doc(hidden)]
#[macro_export]
macro_rules! __u_of_convolutions {
    ({ $($head:tt)* } $classes:tt, $filters:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> level1: double($filters)
                    -> level2: [max_pool(2), double(2 * $filters)]
                    -> level3: [max_pool(2), double(4 * $filters)]
                    -> level4: [max_pool(2), double(8 * $filters)]
                    -> bottom: [max_pool(2), double(16 * $filters)]
                    -> up4: [conv_transpose(8 * $filters, 2x2, stride = 2), || level4, double(8 * $filters)]
                    -> up3: [conv_transpose(4 * $filters, 2x2, stride = 2), || level3, double(4 * $filters)]
                    -> up2: [conv_transpose(2 * $filters, 2x2, stride = 2), || level2, double(2 * $filters)]
                    -> up1: [conv_transpose($filters, 2x2, stride = 2), || level1, double($filters)]
                    -> out: conv($classes, 1x1)
            }

            block double(filters) {
                input
                    -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
                    -> conv2: conv(filters, 3x3) -> bn2: batch_norm -> relu
            }
        }
    };
}

/// FCN with a dilated ResNet-50: Long et al., *Fully Convolutional Networks for Semantic Segmentation* (2015).
/// Names: torchvision's `fcn_resnet50`. The sides of its images are multiples of 8.
///
/// 3x520x520 -> 21x520x520: 32,957,013 parameters, 142,725,772,800 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::fcn_resnet50! {
///     pub struct Fcn
/// }
///
/// fn main() {
///     assert_eq!((Fcn::PARAMETERS, Fcn::MACS), (32_957_013, 142_725_772_800));
/// }
/// ```
///
/// With its auxiliary head, which takes part in training:
///
/// ```
/// athena::models::fcn_resnet50! {
///     pub struct Trained(3x520x520) -> (out: 21x520x520, aux: 21x520x520)
/// }
/// # fn main() {}
/// ```
#[doc(alias("FCN"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __fcn_resnet50 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x520x520 -> 21x520x520, __fcn, 2 3 5 2 } };
}

/// DeepLabV3 with a dilated ResNet-50: Chen et al., *Rethinking Atrous Convolution for Semantic Image Segmentation* (2017).
/// Names: torchvision's `deeplabv3_resnet50`. The sides of its images are multiples of 8.
///
/// 3x520x520 -> 21x520x520: 39,638,869 parameters, 168,731,205,888 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::deeplabv3_resnet50! {
///     pub struct DeepLab
/// }
///
/// fn main() {
///     assert_eq!((DeepLab::PARAMETERS, DeepLab::MACS), (39_638_869, 168_731_205_888));
/// }
/// ```
///
/// With its auxiliary head, which takes part in training:
///
/// ```
/// athena::models::deeplabv3_resnet50! {
///     pub struct Trained(3x520x520) -> (out: 21x520x520, aux: 21x520x520)
/// }
/// # fn main() {}
/// ```
#[doc(alias("DeepLabV3"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __deeplabv3_resnet50 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x520x520 -> 21x520x520, __deeplabv3, 2 3 5 2 } };
}

/// U-Net with batch norms and padded convolutions: Ronneberger et al., *U-Net: Convolutional Networks for Biomedical Image
/// Segmentation* (2015), figure 1. The sides of its images are multiples of 16. The names are its own: `level1` to `level4` and `bottom`
/// on the way down, `up4` to `up1` on the way up, `out`.
///
/// 3x256x256 -> 2x256x256: 31,037,698 parameters, 48,171,581,440 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::unet! {
///     pub struct UNet
/// }
///
/// fn main() {
///     assert_eq!((UNet::PARAMETERS, UNet::MACS), (31_037_698, 48_171_581_440));
/// }
/// ```
#[doc(alias("U-Net"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __unet {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x256x256 -> 2x256x256, __u_of_convolutions, 64 } };
}
