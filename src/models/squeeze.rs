//! Residual networks with squeeze and excitation, with timm's parameter names.

/// Arguments: the number of identity blocks of each stage.
#[doc(hidden)]
#[macro_export]
macro_rules! __se_bottleneck_resnet {
    ({ $($head:tt)* } $classes:tt, $stage1:tt $stage2:tt $stage3:tt $stage4:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu
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
                    -> se: excite(4 * width) -> + input -> relu
            }

            block widen(width, stride = 1) {
                input
                    -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3, stride) -> bn2: batch_norm -> relu
                    -> conv3: conv(4 * width, 1x1) -> bn3: batch_norm
                    -> se: excite(4 * width)
                    -> + (input -> downsample: [conv(4 * width, 1x1, stride), batch_norm]) -> relu
            }

            block excite(filters) {
                let gate = input
                    -> global_avg_pool -> fc1: conv(filters / 16, 1x1) -> relu -> fc2: conv(filters, 1x1) -> sigmoid;
                input * gate
            }
        }
    };
}

/// SE-ResNet-50: Hu et al., *Squeeze-and-Excitation Networks* (2018), table 1, reduction 16, with the stride on the 3x3 convolution.
/// Names: timm's `seresnet50`.
///
/// 3x224x224 -> 1000: 28,088,024 parameters, 4,091,699,200 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::se_resnet50! {
///     pub struct SeResNet50
/// }
///
/// fn main() {
///     assert_eq!((SeResNet50::PARAMETERS, SeResNet50::MACS), (28_088_024, 4_091_699_200));
/// }
/// ```
#[doc(alias("seresnet50"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __se_resnet50 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __se_bottleneck_resnet, 2 3 5 2 } };
}
