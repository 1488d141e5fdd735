//! Wide residual networks for CIFAR-10, with the parameter names of xternalz's `WideResNet-pytorch`.

/// Arguments: the number of identity blocks of each stage, and the factor by which the stages are wider than 16, 32 and 64 filters.
#[doc(hidden)]
#[macro_export]
macro_rules! __wide_cifar_resnet {
    ({ $($head:tt)* } $classes:tt, $rest:tt, widening = $times:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: conv(16, 3x3, bias = false)
                    -> block1: stage(16 * $times, 1)
                    -> block2: stage(32 * $times, 2)
                    -> block3: stage(64 * $times, 2)
                    -> bn1: batch_norm -> relu -> global_avg_pool -> flatten -> fc: linear($classes)
            }

            block stage(filters, stride) {
                input -> layer: [widen(filters, stride), $rest * basic(filters)]
            }

            block basic(filters) {
                input
                    -> bn1: batch_norm -> relu -> conv1: conv(filters, 3x3)
                    -> bn2: batch_norm -> relu -> conv2: conv(filters, 3x3, bias = false)
                    -> + input
            }

            block widen(filters, stride) {
                input
                    -> bn1: batch_norm -> active: relu -> conv1: conv(filters, 3x3, stride)
                    -> bn2: batch_norm -> relu -> conv2: conv(filters, 3x3, bias = false)
                    -> + (active -> convShortcut: conv(filters, 1x1, stride, bias = false))
            }
        }
    };
}

/// WRN-16-4 for CIFAR-10: Zagoruyko and Komodakis, *Wide Residual Networks* (2016), section 2, without dropout.
/// Names: xternalz's `WideResNet(16, 10, 4)`.
///
/// 3x32x32 -> 10: 2,748,890 parameters, 392,612,352 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::wide_resnet16_4! {
///     pub struct WideResNet16
/// }
///
/// fn main() {
///     assert_eq!((WideResNet16::PARAMETERS, WideResNet16::MACS), (2_748_890, 392_612_352));
/// }
/// ```
#[doc(alias("WRN-16-4"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __wide_resnet16_4 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __wide_cifar_resnet, 1, widening = 4 } };
}

/// WRN-28-10 for CIFAR-10: Zagoruyko and Komodakis (2016), section 2, without dropout. Names: xternalz's `WideResNet(28, 10, 10)`.
///
/// 3x32x32 -> 10: 36,479,194 parameters, 5,243,328,768 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::wide_resnet28_10! {
///     pub struct WideResNet28
/// }
///
/// fn main() {
///     assert_eq!((WideResNet28::PARAMETERS, WideResNet28::MACS), (36_479_194, 5_243_328_768));
/// }
/// ```
#[doc(alias("WRN-28-10"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __wide_resnet28_10 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __wide_cifar_resnet, 3, widening = 10 } };
}
