//! MobileNetV2, with torchvision's parameter names.

#[doc(hidden)]
#[macro_export]
macro_rules! __inverted_residuals {
    ({ $($head:tt)* } $classes:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        [conv(32, 3x3, stride = 2), batch_norm, relu6],
                        separable(32, 16),
                        widen(6 * 16, 24, stride = 2), residual(6 * 24, 24),
                        widen(6 * 24, 32, stride = 2), 2 * residual(6 * 32, 32),
                        widen(6 * 32, 64, stride = 2), 3 * residual(6 * 64, 64),
                        widen(6 * 64, 96), 2 * residual(6 * 96, 96),
                        widen(6 * 96, 160, stride = 2), 2 * residual(6 * 160, 160),
                        widen(6 * 160, 320),
                        [conv(1280, 1x1), batch_norm, relu6]
                    ]
                    -> global_avg_pool -> flatten
                    -> classifier: [dropout(0.2), linear($classes)]
            }

            block separable(width, filters) {
                input -> conv: [
                    [conv(width, 3x3, groups = width), batch_norm, relu6],
                    conv(filters, 1x1), batch_norm
                ]
            }

            block widen(width, filters, stride = 1) {
                input -> conv: [
                    [conv(width, 1x1), batch_norm, relu6],
                    [conv(width, 3x3, stride, groups = width), batch_norm, relu6],
                    conv(filters, 1x1), batch_norm
                ]
            }

            block residual(width, filters) {
                input
                    -> conv: [
                        [conv(width, 1x1), batch_norm, relu6],
                        [conv(width, 3x3, groups = width), batch_norm, relu6],
                        conv(filters, 1x1), batch_norm
                    ]
                    -> + input
            }
        }
    };
}

/// MobileNetV2: Sandler et al., *MobileNetV2: Inverted Residuals and Linear Bottlenecks* (2018), table 2.
/// Names: torchvision's `mobilenet_v2`.
///
/// 3x224x224 -> 1000: 3,504,872 parameters, 300,774,272 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::mobilenet_v2! {
///     pub struct MobileNetV2
/// }
///
/// fn main() {
///     assert_eq!((MobileNetV2::PARAMETERS, MobileNetV2::MACS), (3_504_872, 300_774_272));
/// }
/// ```
#[doc(alias("MobileNetV2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mobilenet_v2 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __inverted_residuals } };
}
