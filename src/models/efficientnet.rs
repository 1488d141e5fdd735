//! EfficientNets, with torchvision's parameter names.

/// Arguments: the momentum and eps of the batch norms; dropout; the filters at the start and at the end; the number of blocks; and the
/// stages: expansion, kernel and stride of the first block, its channels and its filters, the number of blocks before the stage, and of
/// those behind its first one.
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet {
    (
        { $($head:tt)* } $classes:tt, norm = $norm:tt, dropout = $dropout:tt, $stem:tt .. $last:tt, blocks = $of:tt,
        [separable, $width:tt -> $filters:tt $(, $rest0:tt more)?]
        $([$expand:tt x $kernel:tt / $stride:tt, $from:tt -> $to:tt, behind $before:tt $(, $rest:tt more)?])*
    ) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        [conv($stem, 3x3, stride = 2), batch_norm $norm, silu],
                        [separable($width, $filters) $(, $rest0 * separable_residual($filters, 1 + round))?],
                        $([
                            widen($from, $expand * $from, $to, $kernel, $stride)
                            $(, $rest * residual($to, $expand * $to, $kernel, $before + 1 + round))?
                        ],)*
                        [conv($last, 1x1), batch_norm $norm, silu]
                    ]
                    -> avgpool: global_avg_pool -> flatten
                    -> classifier: [dropout($dropout), linear($classes)]
            }

            block separable(width, filters) {
                input -> block: [
                    [conv(width, 3x3, groups = width), batch_norm $norm, silu],
                    gated(width, width / 4),
                    [conv(filters, 1x1), batch_norm $norm]
                ]
            }

            block separable_residual(width, at) {
                input
                    -> block: [
                        [conv(width, 3x3, groups = width), batch_norm $norm, silu],
                        gated(width, width / 4),
                        [conv(width, 1x1), batch_norm $norm]
                    ]
                    -> drop_path(0.2, at, $of) -> + input
            }

            block widen(channels, width, filters, kernel, stride) {
                input -> block: [
                    [conv(width, 1x1), batch_norm $norm, silu],
                    [conv(width, kernel, stride, groups = width), batch_norm $norm, silu],
                    gated(width, channels / 4),
                    [conv(filters, 1x1), batch_norm $norm]
                ]
            }

            block residual(filters, width, kernel, at) {
                input
                    -> block: [
                        [conv(width, 1x1), batch_norm $norm, silu],
                        [conv(width, kernel, groups = width), batch_norm $norm, silu],
                        gated(width, filters / 4),
                        [conv(filters, 1x1), batch_norm $norm]
                    ]
                    -> drop_path(0.2, at, $of) -> + input
            }

            block gated(width, squeezed) {
                let gate = input
                    -> global_avg_pool -> fc1: conv(squeezed, 1x1) -> silu -> fc2: conv(width, 1x1) -> sigmoid;
                input * gate
            }
        }
    };
}

/// EfficientNetV2. Arguments as above; the stages are those with fused blocks, then the others.
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_v2 {
    (
        { $($head:tt)* } $classes:tt, dropout = $dropout:tt, $stem:tt .. 1280, blocks = $of:tt, $first:tt plain,
        fused [$([$expand1:tt x / 2, $from1:tt -> $to1:tt, behind $before1:tt, $rest1:tt more])*],
        $([$expand:tt x / $stride:tt, $from:tt -> $to:tt, behind $before:tt, $rest:tt more])*
    ) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        [conv($stem, 3x3, stride = 2), batch_norm(eps = 1e-3), silu],
                        [$first * plain($stem, round)],
                        $([
                            fused_widen($expand1 * $from1, $to1),
                            $rest1 * fused_residual($expand1 * $to1, $to1, $before1 + 1 + round)
                        ],)*
                        $([
                            widen($from, $expand * $from, $to, $stride),
                            $rest * residual($to, $expand * $to, $before + 1 + round)
                        ],)*
                        [conv(1280, 1x1), batch_norm(eps = 1e-3), silu]
                    ]
                    -> avgpool: global_avg_pool -> flatten
                    -> classifier: [dropout($dropout), linear($classes)]
            }

            block plain(filters, at) {
                input
                    -> block: [[conv(filters, 3x3), batch_norm(eps = 1e-3), silu]]
                    -> drop_path(0.2, at, $of) -> + input
            }

            block fused_widen(width, filters) {
                input -> block: [
                    [conv(width, 3x3, stride = 2), batch_norm(eps = 1e-3), silu],
                    [conv(filters, 1x1), batch_norm(eps = 1e-3)]
                ]
            }

            block fused_residual(width, filters, at) {
                input
                    -> block: [
                        [conv(width, 3x3), batch_norm(eps = 1e-3), silu],
                        [conv(filters, 1x1), batch_norm(eps = 1e-3)]
                    ]
                    -> drop_path(0.2, at, $of) -> + input
            }

            block widen(channels, width, filters, stride) {
                input -> block: [
                    [conv(width, 1x1), batch_norm(eps = 1e-3), silu],
                    [conv(width, 3x3, stride, groups = width), batch_norm(eps = 1e-3), silu],
                    gated(width, channels / 4),
                    [conv(filters, 1x1), batch_norm(eps = 1e-3)]
                ]
            }

            block residual(filters, width, at) {
                input
                    -> block: [
                        [conv(width, 1x1), batch_norm(eps = 1e-3), silu],
                        [conv(width, 3x3, groups = width), batch_norm(eps = 1e-3), silu],
                        gated(width, filters / 4),
                        [conv(filters, 1x1), batch_norm(eps = 1e-3)]
                    ]
                    -> drop_path(0.2, at, $of) -> + input
            }

            block gated(width, squeezed) {
                let gate = input
                    -> global_avg_pool -> fc1: conv(squeezed, 1x1) -> silu -> fc2: conv(width, 1x1) -> sigmoid;
                input * gate
            }
        }
    };
}

/// EfficientNet-B0: Tan and Le, *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks* (2019), table 1.
/// Names: torchvision's `efficientnet_b0`.
///
/// 3x224x224 -> 1000: 5,288,548 parameters, 385,814,752 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_b0! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (5_288_548, 385_814_752));
/// }
/// ```
#[doc(alias("EfficientNetB0"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_b0 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __efficientnet, norm = (0.1, 1e-5), dropout = 0.2, 32 .. 1280, blocks = 16,
            [separable, 32 -> 16]
            [6 x 3x3 / 2, 16 -> 24, behind 1, 1 more] [6 x 5x5 / 2, 24 -> 40, behind 3, 1 more]
            [6 x 3x3 / 2, 40 -> 80, behind 5, 2 more] [6 x 5x5 / 1, 80 -> 112, behind 8, 2 more]
            [6 x 5x5 / 2, 112 -> 192, behind 11, 3 more] [6 x 3x3 / 1, 192 -> 320, behind 15]
        }
    };
}

/// EfficientNet-B1: Tan and Le (2019), 1 times the filters and 1.1 times the blocks of B0.
/// Names: torchvision's `efficientnet_b1`.
///
/// 3x240x240 -> 1000: 7,794,184 parameters, 686,802,832 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_b1! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (7_794_184, 686_802_832));
/// }
/// ```
#[doc(alias("EfficientNetB1"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_b1 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x240x240 -> 1000,
            __efficientnet, norm = (0.1, 1e-5), dropout = 0.2, 32 .. 1280, blocks = 23,
            [separable, 32 -> 16, 1 more]
            [6 x 3x3 / 2, 16 -> 24, behind 2, 2 more] [6 x 5x5 / 2, 24 -> 40, behind 5, 2 more]
            [6 x 3x3 / 2, 40 -> 80, behind 8, 3 more] [6 x 5x5 / 1, 80 -> 112, behind 12, 3 more]
            [6 x 5x5 / 2, 112 -> 192, behind 16, 4 more] [6 x 3x3 / 1, 192 -> 320, behind 21, 1 more]
        }
    };
}

/// EfficientNet-B2: Tan and Le (2019), 1.1 times the filters and 1.2 times the blocks of B0.
/// Names: torchvision's `efficientnet_b2`.
///
/// 3x288x288 -> 1000: 9,109,994 parameters, 1,087,529,456 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_b2! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (9_109_994, 1_087_529_456));
/// }
/// ```
#[doc(alias("EfficientNetB2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_b2 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x288x288 -> 1000,
            __efficientnet, norm = (0.1, 1e-5), dropout = 0.3, 32 .. 1408, blocks = 23,
            [separable, 32 -> 16, 1 more]
            [6 x 3x3 / 2, 16 -> 24, behind 2, 2 more] [6 x 5x5 / 2, 24 -> 48, behind 5, 2 more]
            [6 x 3x3 / 2, 48 -> 88, behind 8, 3 more] [6 x 5x5 / 1, 88 -> 120, behind 12, 3 more]
            [6 x 5x5 / 2, 120 -> 208, behind 16, 4 more] [6 x 3x3 / 1, 208 -> 352, behind 21, 1 more]
        }
    };
}

/// EfficientNet-B3: Tan and Le (2019), 1.2 times the filters and 1.4 times the blocks of B0.
/// Names: torchvision's `efficientnet_b3`.
///
/// 3x300x300 -> 1000: 12,233,232 parameters, 1,827,141,392 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_b3! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (12_233_232, 1_827_141_392));
/// }
/// ```
#[doc(alias("EfficientNetB3"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_b3 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x300x300 -> 1000,
            __efficientnet, norm = (0.1, 1e-5), dropout = 0.3, 40 .. 1536, blocks = 26,
            [separable, 40 -> 24, 1 more]
            [6 x 3x3 / 2, 24 -> 32, behind 2, 2 more] [6 x 5x5 / 2, 32 -> 48, behind 5, 2 more]
            [6 x 3x3 / 2, 48 -> 96, behind 8, 4 more] [6 x 5x5 / 1, 96 -> 136, behind 13, 4 more]
            [6 x 5x5 / 2, 136 -> 232, behind 18, 5 more] [6 x 3x3 / 1, 232 -> 384, behind 24, 1 more]
        }
    };
}

/// EfficientNet-B4: Tan and Le (2019), 1.4 times the filters and 1.8 times the blocks of B0.
/// Names: torchvision's `efficientnet_b4`.
///
/// 3x380x380 -> 1000: 19,341,616 parameters, 4,393,771,024 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_b4! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (19_341_616, 4_393_771_024));
/// }
/// ```
#[doc(alias("EfficientNetB4"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_b4 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x380x380 -> 1000,
            __efficientnet, norm = (0.1, 1e-5), dropout = 0.4, 48 .. 1792, blocks = 32,
            [separable, 48 -> 24, 1 more]
            [6 x 3x3 / 2, 24 -> 32, behind 2, 3 more] [6 x 5x5 / 2, 32 -> 56, behind 6, 3 more]
            [6 x 3x3 / 2, 56 -> 112, behind 10, 5 more] [6 x 5x5 / 1, 112 -> 160, behind 16, 5 more]
            [6 x 5x5 / 2, 160 -> 272, behind 22, 7 more] [6 x 3x3 / 1, 272 -> 448, behind 30, 1 more]
        }
    };
}

/// EfficientNet-B5: Tan and Le (2019), 1.6 times the filters and 2.2 times the blocks of B0.
/// Names: torchvision's `efficientnet_b5`.
///
/// 3x456x456 -> 1000: 30,389,784 parameters, 10,266,384,752 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_b5! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (30_389_784, 10_266_384_752));
/// }
/// ```
#[doc(alias("EfficientNetB5"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_b5 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x456x456 -> 1000,
            __efficientnet, norm = (0.01, 1e-3), dropout = 0.4, 48 .. 2048, blocks = 39,
            [separable, 48 -> 24, 2 more]
            [6 x 3x3 / 2, 24 -> 40, behind 3, 4 more] [6 x 5x5 / 2, 40 -> 64, behind 8, 4 more]
            [6 x 3x3 / 2, 64 -> 128, behind 13, 6 more] [6 x 5x5 / 1, 128 -> 176, behind 20, 6 more]
            [6 x 5x5 / 2, 176 -> 304, behind 27, 8 more] [6 x 3x3 / 1, 304 -> 512, behind 36, 2 more]
        }
    };
}

/// EfficientNet-B6: Tan and Le (2019), 1.8 times the filters and 2.6 times the blocks of B0.
/// Names: torchvision's `efficientnet_b6`.
///
/// 3x528x528 -> 1000: 43,040,704 parameters, 19,067,593,536 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_b6! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (43_040_704, 19_067_593_536));
/// }
/// ```
#[doc(alias("EfficientNetB6"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_b6 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x528x528 -> 1000,
            __efficientnet, norm = (0.01, 1e-3), dropout = 0.5, 56 .. 2304, blocks = 45,
            [separable, 56 -> 32, 2 more]
            [6 x 3x3 / 2, 32 -> 40, behind 3, 5 more] [6 x 5x5 / 2, 40 -> 72, behind 9, 5 more]
            [6 x 3x3 / 2, 72 -> 144, behind 15, 7 more] [6 x 5x5 / 1, 144 -> 200, behind 23, 7 more]
            [6 x 5x5 / 2, 200 -> 344, behind 31, 10 more] [6 x 3x3 / 1, 344 -> 576, behind 42, 2 more]
        }
    };
}

/// EfficientNet-B7: Tan and Le (2019), 2.0 times the filters and 3.1 times the blocks of B0.
/// Names: torchvision's `efficientnet_b7`.
///
/// 3x600x600 -> 1000: 66,347,960 parameters, 37,745,884,192 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_b7! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (66_347_960, 37_745_884_192));
/// }
/// ```
#[doc(alias("EfficientNetB7"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_b7 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x600x600 -> 1000,
            __efficientnet, norm = (0.01, 1e-3), dropout = 0.5, 64 .. 2560, blocks = 55,
            [separable, 64 -> 32, 3 more]
            [6 x 3x3 / 2, 32 -> 48, behind 4, 6 more] [6 x 5x5 / 2, 48 -> 80, behind 11, 6 more]
            [6 x 3x3 / 2, 80 -> 160, behind 18, 9 more] [6 x 5x5 / 1, 160 -> 224, behind 28, 9 more]
            [6 x 5x5 / 2, 224 -> 384, behind 38, 12 more] [6 x 3x3 / 1, 384 -> 640, behind 51, 3 more]
        }
    };
}

/// EfficientNetV2-S: Tan and Le, *EfficientNetV2: Smaller Models and Faster Training* (2021), table 4.
/// Names: torchvision's `efficientnet_v2_s`.
///
/// 3x384x384 -> 1000: 21,458,488 parameters, 8,365,617,152 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_v2_s! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (21_458_488, 8_365_617_152));
/// }
/// ```
#[doc(alias("EfficientNetV2S"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_v2_s {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x384x384 -> 1000,
            __efficientnet_v2, dropout = 0.2, 24 .. 1280, blocks = 40, 2 plain,
            fused [[4 x / 2, 24 -> 48, behind 2, 3 more] [4 x / 2, 48 -> 64, behind 6, 3 more]],
            [4 x / 2, 64 -> 128, behind 10, 5 more] [6 x / 1, 128 -> 160, behind 16, 8 more]
            [6 x / 2, 160 -> 256, behind 25, 14 more]
        }
    };
}

/// EfficientNetV2-M: Tan and Le (2021). Names: torchvision's `efficientnet_v2_m`.
///
/// 3x480x480 -> 1000: 54,139,356 parameters, 24,582,460,384 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_v2_m! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (54_139_356, 24_582_460_384));
/// }
/// ```
#[doc(alias("EfficientNetV2M"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_v2_m {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x480x480 -> 1000,
            __efficientnet_v2, dropout = 0.3, 24 .. 1280, blocks = 57, 3 plain,
            fused [[4 x / 2, 24 -> 48, behind 3, 4 more] [4 x / 2, 48 -> 80, behind 8, 4 more]],
            [4 x / 2, 80 -> 160, behind 13, 6 more] [6 x / 1, 160 -> 176, behind 20, 13 more]
            [6 x / 2, 176 -> 304, behind 34, 17 more] [6 x / 1, 304 -> 512, behind 52, 4 more]
        }
    };
}

/// EfficientNetV2-L: Tan and Le (2021). Names: torchvision's `efficientnet_v2_l`.
///
/// 3x480x480 -> 1000: 118,515,272 parameters, 56,079,699,008 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::efficientnet_v2_l! {
///     pub struct EfficientNet
/// }
///
/// fn main() {
///     assert_eq!((EfficientNet::PARAMETERS, EfficientNet::MACS), (118_515_272, 56_079_699_008));
/// }
/// ```
#[doc(alias("EfficientNetV2L"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __efficientnet_v2_l {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x480x480 -> 1000,
            __efficientnet_v2, dropout = 0.4, 32 .. 1280, blocks = 79, 4 plain,
            fused [[4 x / 2, 32 -> 64, behind 4, 6 more] [4 x / 2, 64 -> 96, behind 11, 6 more]],
            [4 x / 2, 96 -> 192, behind 18, 9 more] [6 x / 1, 192 -> 224, behind 28, 18 more]
            [6 x / 2, 224 -> 384, behind 47, 24 more] [6 x / 1, 384 -> 640, behind 72, 6 more]
        }
    };
}
