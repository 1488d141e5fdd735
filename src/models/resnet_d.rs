//! ResNet-D, with timm's parameter names: the stem has three 3x3 convolutions, and shortcuts have an average pool before the projection.

/// Arguments: the number of identity blocks of each stage.
#[doc(hidden)]
#[macro_export]
macro_rules! __bottleneck_resnet_d {
    ({ $($head:tt)* } $classes:tt, $stage1:tt $stage2:tt $stage3:tt $stage4:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: [
                        conv(32, 3x3, stride = 2), batch_norm, relu,
                        conv(32, 3x3), batch_norm, relu,
                        conv(64, 3x3)
                    ]
                    -> bn1: batch_norm -> relu
                    -> maxpool: max_pool(3x3, stride = 2, padding = 1)
                    -> layer1: [widen(64), $stage1 * bottleneck(64)]
                    -> layer2: [widen(128, stride = 2), $stage2 * bottleneck(128)]
                    -> layer3: [widen(256, stride = 2), $stage3 * bottleneck(256)]
                    -> layer4: [widen(512, stride = 2), $stage4 * bottleneck(512)]
                    -> global_avg_pool -> flatten -> fc: linear($classes)
            }

            block bottleneck(width) {
                input
                    -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3) -> bn2: batch_norm -> relu
                    -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
                    -> + input -> relu
            }

            block widen(width, stride = 1) {
                input
                    -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3, stride) -> bn2: batch_norm -> relu
                    -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
                    -> + (input -> downsample: [avg_pool(stride, ceil = true), conv(4 * width, 1x1), batch_norm]) -> relu
            }
        }
    };
}

/// ResNet-50-D: He, T. et al., *Bag of Tricks for Image Classification with Convolutional Neural Networks* (2019), section 4.
/// Names: timm's `resnet50d`, which takes images of the same sizes.
///
/// 3x224x224 -> 1000: 25,576,264 parameters, 4,328,824,832 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet50d! {
///     pub struct ResNet50D
/// }
///
/// fn main() {
///     assert_eq!((ResNet50D::PARAMETERS, ResNet50D::MACS), (25_576_264, 4_328_824_832));
/// }
/// ```
#[doc(alias("ResNet50D"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet50d {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __bottleneck_resnet_d, 2 3 5 2 } };
}

/// ResNet-101-D: ResNet-101 changed in the same way as `resnet50d`. Names: timm's `resnet101d`.
///
/// 3x224x224 -> 1000: 44,568,392 parameters, 8,041,046,016 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet101d! {
///     pub struct ResNet101D
/// }
///
/// fn main() {
///     assert_eq!((ResNet101D::PARAMETERS, ResNet101D::MACS), (44_568_392, 8_041_046_016));
/// }
/// ```
#[doc(alias("ResNet101D"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet101d {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __bottleneck_resnet_d, 2 3 22 2 } };
}
