//! MobileNetV3, with torchvision's parameter names.

/// Arguments: the blocks, the filters of the convolution behind them, and the length of the hidden vector.
#[doc(hidden)]
#[macro_export]
macro_rules! __mobilenet_v3 {
    ({ $($head:tt)* } $classes:tt, [$($blocks:tt)*] $filters:tt $hidden:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        [conv(16, 3x3, stride = 2), batch_norm(0.01, 1e-3), hard_swish],
                        $($blocks)*,
                        [conv($filters, 1x1), batch_norm(0.01, 1e-3), hard_swish]
                    ]
                    -> avgpool: global_avg_pool -> flatten
                    -> classifier: [linear($hidden), hard_swish, dropout(0.2), linear($classes)]
            }

            block separable(filters) {
                input
                    -> block: [
                        [conv(filters, 3x3, groups = filters), batch_norm(0.01, 1e-3), relu],
                        [conv(filters, 1x1), batch_norm(0.01, 1e-3)]
                    ]
                    -> + input
            }

            block separable_squeezed(filters, squeezed) {
                input -> block: [
                    [conv(filters, 3x3, stride = 2, groups = filters), batch_norm(0.01, 1e-3), relu],
                    gated(filters, squeezed),
                    [conv(filters, 1x1), batch_norm(0.01, 1e-3)]
                ]
            }

            block widen(width, filters, function, stride = 1) {
                input -> block: [
                    [conv(width, 1x1), batch_norm(0.01, 1e-3, activation = function)],
                    [conv(width, 3x3, stride, groups = width), batch_norm(0.01, 1e-3, activation = function)],
                    [conv(filters, 1x1), batch_norm(0.01, 1e-3)]
                ]
            }

            block residual(width, filters, function) {
                input
                    -> block: [
                        [conv(width, 1x1), batch_norm(0.01, 1e-3, activation = function)],
                        [conv(width, 3x3, groups = width), batch_norm(0.01, 1e-3, activation = function)],
                        [conv(filters, 1x1), batch_norm(0.01, 1e-3)]
                    ]
                    -> + input
            }

            block widen_squeezed(width, squeezed, filters, kernel, function, stride = 1) {
                input -> block: [
                    [conv(width, 1x1), batch_norm(0.01, 1e-3, activation = function)],
                    [conv(width, kernel, stride, groups = width), batch_norm(0.01, 1e-3, activation = function)],
                    gated(width, squeezed),
                    [conv(filters, 1x1), batch_norm(0.01, 1e-3)]
                ]
            }

            block residual_squeezed(width, squeezed, filters, kernel, function) {
                input
                    -> block: [
                        [conv(width, 1x1), batch_norm(0.01, 1e-3, activation = function)],
                        [conv(width, kernel, groups = width), batch_norm(0.01, 1e-3, activation = function)],
                        gated(width, squeezed),
                        [conv(filters, 1x1), batch_norm(0.01, 1e-3)]
                    ]
                    -> + input
            }

            block gated(filters, squeezed) {
                let gate = input
                    -> global_avg_pool -> fc1: conv(squeezed, 1x1) -> relu -> fc2: conv(filters, 1x1) -> hard_sigmoid;
                input * gate
            }
        }
    };
}

/// MobileNetV3-Large: Howard et al., *Searching for MobileNetV3* (2019), table 1. Names: torchvision's `mobilenet_v3_large`.
///
/// 3x224x224 -> 1000: 5,483,032 parameters, 216,589,760 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::mobilenet_v3_large! {
///     pub struct MobileNetV3
/// }
///
/// fn main() {
///     assert_eq!((MobileNetV3::PARAMETERS, MobileNetV3::MACS), (5_483_032, 216_589_760));
/// }
/// ```
#[doc(alias("MobileNetV3Large"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mobilenet_v3_large {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __mobilenet_v3, [
                separable(16),
                widen(64, 24, relu, stride = 2), residual(72, 24, relu),
                widen_squeezed(72, 24, 40, 5x5, relu, stride = 2), 2 * residual_squeezed(120, 32, 40, 5x5, relu),
                widen(240, 80, hard_swish, stride = 2), residual(200, 80, hard_swish), 2 * residual(184, 80, hard_swish),
                widen_squeezed(480, 120, 112, 3x3, hard_swish), residual_squeezed(672, 168, 112, 3x3, hard_swish),
                widen_squeezed(672, 168, 160, 5x5, hard_swish, stride = 2), 2 * residual_squeezed(960, 240, 160, 5x5, hard_swish)
            ] 960 1280
        }
    };
}

/// MobileNetV3-Small: Howard et al. (2019), table 2. Names: torchvision's `mobilenet_v3_small`.
///
/// 3x224x224 -> 1000: 2,542,856 parameters, 56,510,400 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::mobilenet_v3_small! {
///     pub struct MobileNetV3
/// }
///
/// fn main() {
///     assert_eq!((MobileNetV3::PARAMETERS, MobileNetV3::MACS), (2_542_856, 56_510_400));
/// }
/// ```
#[doc(alias("MobileNetV3Small"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mobilenet_v3_small {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __mobilenet_v3, [
                separable_squeezed(16, 8),
                widen(72, 24, relu, stride = 2), residual(88, 24, relu),
                widen_squeezed(96, 24, 40, 5x5, hard_swish, stride = 2), 2 * residual_squeezed(240, 64, 40, 5x5, hard_swish),
                widen_squeezed(120, 32, 48, 5x5, hard_swish), residual_squeezed(144, 40, 48, 5x5, hard_swish),
                widen_squeezed(288, 72, 96, 5x5, hard_swish, stride = 2), 2 * residual_squeezed(576, 144, 96, 5x5, hard_swish)
            ] 576 1024
        }
    };
}
