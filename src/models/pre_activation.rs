//! Pre-activation residual networks for CIFAR-10: He et al., *Identity Mappings in Deep Residual Networks* (2016b).
//!
//! As in the authors' program, both branches read the activated map where the shape changes; elsewhere the shortcut is the
//! identity. The parameter names follow torchvision: `conv1`, `layer1.0.bn1`, `layer1.0.conv1`, `fc`.

/// Networks whose blocks have two 3x3 convolutions and parameterless shortcuts. Arguments: the number of blocks of the first
/// stage, and of identity blocks of the others.
#[doc(hidden)]
#[macro_export]
macro_rules! __preact_basic_resnet {
    ({ $($head:tt)* } $classes:tt, $all:tt $rest:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: conv(16, 3x3, bias = false)
                    -> layer1: $all * basic(16)
                    -> layer2: [down(32), $rest * basic(32)]
                    -> layer3: [down(64), $rest * basic(64)]
                    -> bn1: batch_norm -> relu -> global_avg_pool -> flatten -> fc: linear($classes)
            }

            block basic(filters) {
                input
                    -> bn1: batch_norm -> relu -> conv1: conv(filters, 3x3)
                    -> bn2: batch_norm -> relu -> conv2: conv(filters, 3x3, bias = false)
                    -> + input
            }

            block down(filters) {
                input
                    -> bn1: batch_norm -> active: relu -> conv1: conv(filters, 3x3, stride = 2)
                    -> bn2: batch_norm -> relu -> conv2: conv(filters, 3x3, bias = false)
                    -> + (active -> shortcut(filters, stride = 2, option = a))
            }
        }
    };
}

/// Networks whose blocks have a 3x3 convolution between two 1x1 convolutions, the first of which has the stride. Argument: the
/// number of identity blocks of each stage.
#[doc(hidden)]
#[macro_export]
macro_rules! __preact_bottleneck_resnet {
    ({ $($head:tt)* } $classes:tt, $rest:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: conv(16, 3x3, bias = false)
                    -> layer1: [widen(16), $rest * bottleneck(16)]
                    -> layer2: [widen(32, stride = 2), $rest * bottleneck(32)]
                    -> layer3: [widen(64, stride = 2), $rest * bottleneck(64)]
                    -> bn1: batch_norm -> relu -> global_avg_pool -> flatten -> fc: linear($classes)
            }

            block bottleneck(width) {
                input
                    -> bn1: batch_norm -> relu -> conv1: conv(width, 1x1)
                    -> bn2: batch_norm -> relu -> conv2: conv(width, 3x3)
                    -> bn3: batch_norm -> relu -> conv3: conv(4 * width, 1x1, bias = false)
                    -> + input
            }

            block widen(width, stride = 1) {
                input
                    -> bn1: batch_norm -> active: relu -> conv1: conv(width, 1x1, stride)
                    -> bn2: batch_norm -> relu -> conv2: conv(width, 3x3)
                    -> bn3: batch_norm -> relu -> conv3: conv(4 * width, 1x1, bias = false)
                    -> + (active -> downsample: conv(4 * width, 1x1, stride, bias = false))
            }
        }
    };
}

/// Pre-activation ResNet-110 for CIFAR-10: He et al., *Identity Mappings in Deep Residual Networks* (2016b), table 2.
///
/// 3x32x32 -> 10: 1,727,962 parameters, 252,887,680 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::preact_resnet110! {
///     pub struct PreActResNet110
/// }
///
/// fn main() {
///     assert_eq!((PreActResNet110::PARAMETERS, PreActResNet110::MACS), (1_727_962, 252_887_680));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __preact_resnet110 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __preact_basic_resnet, 18 17 } };
}

/// Pre-activation ResNet-164 for CIFAR-10: He et al. (2016b), table 3 and appendix. The paper counts 1.7 million parameters.
///
/// 3x32x32 -> 10: 1,703,258 parameters, 244,500,992 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::preact_resnet164! {
///     pub struct PreActResNet164
/// }
///
/// fn main() {
///     assert_eq!((PreActResNet164::PARAMETERS, PreActResNet164::MACS), (1_703_258, 244_500_992));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __preact_resnet164 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __preact_bottleneck_resnet, 17 } };
}

/// Pre-activation ResNet-1001 for CIFAR-10: He et al. (2016b), table 4 and appendix. The paper counts 10.2 million parameters.
///
/// 3x32x32 -> 10: 10,327,706 parameters, 1,487,849,984 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::preact_resnet1001! {
///     pub struct PreActResNet1001
/// }
///
/// fn main() {
///     assert_eq!((PreActResNet1001::PARAMETERS, PreActResNet1001::MACS), (10_327_706, 1_487_849_984));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __preact_resnet1001 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __preact_bottleneck_resnet, 110 } };
}
