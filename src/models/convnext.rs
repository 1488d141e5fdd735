//! ConvNeXts, with torchvision's parameter names.

/// Arguments: the channels of the four stages, the blocks of the third one, and the probability with which the last block is left out.
#[doc(hidden)]
#[macro_export]
macro_rules! __convnext {
    ({ $($head:tt)* } $classes:tt, $a:tt $b:tt $c:tt $d:tt, $third:tt blocks, drop_path = $p:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        [conv($a, 4x4, stride = 4, padding = valid), layer_norm(eps = 1e-6)],
                        [3 * unit($a, round)],
                        [layer_norm(eps = 1e-6), conv($b, 2x2, stride = 2, padding = valid)],
                        [3 * unit($b, 3 + round)],
                        [layer_norm(eps = 1e-6), conv($c, 2x2, stride = 2, padding = valid)],
                        [$third * unit($c, 6 + round)],
                        [layer_norm(eps = 1e-6), conv($d, 2x2, stride = 2, padding = valid)],
                        [3 * unit($d, 6 + $third + round)]
                    ]
                    -> avgpool: global_avg_pool
                    -> classifier: [layer_norm(eps = 1e-6), flatten, linear($classes)]
            }

            block unit(channels, at) {
                input
                    -> block: [
                        conv(channels, 7x7, groups = channels),
                        "{2..}": [layer_norm(eps = 1e-6), linear(4 * channels, over = pixel), gelu, linear(channels, over = pixel)]
                    ]
                    -> layer_scale: scale(bare = true) -> drop_path($p, at, 8 + $third) -> + input
            }
        }
    };
}

/// ConvNeXt-T: Liu et al., *A ConvNet for the 2020s* (2022), section 3. Names: torchvision's `convnext_tiny`.
///
/// 3x224x224 -> 1000: 28,589,128 parameters, 4,455,531,264 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::convnext_tiny! {
///     pub struct ConvNeXt
/// }
///
/// fn main() {
///     assert_eq!((ConvNeXt::PARAMETERS, ConvNeXt::MACS), (28_589_128, 4_455_531_264));
/// }
/// ```
#[doc(alias("ConvNeXtTiny"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __convnext_tiny {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __convnext, 96 192 384 768, 9 blocks, drop_path = 0.1
        }
    };
}

/// ConvNeXt-S: Liu et al. (2022), section 3. Names: torchvision's `convnext_small`.
///
/// 3x224x224 -> 1000: 50,223,688 parameters, 8,683,712,256 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::convnext_small! {
///     pub struct ConvNeXt
/// }
///
/// fn main() {
///     assert_eq!((ConvNeXt::PARAMETERS, ConvNeXt::MACS), (50_223_688, 8_683_712_256));
/// }
/// ```
#[doc(alias("ConvNeXtSmall"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __convnext_small {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __convnext, 96 192 384 768, 27 blocks, drop_path = 0.4
        }
    };
}

/// ConvNeXt-B: Liu et al. (2022), section 3. Names: torchvision's `convnext_base`.
///
/// 3x224x224 -> 1000: 88,591,464 parameters, 15,354,729,472 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::convnext_base! {
///     pub struct ConvNeXt
/// }
///
/// fn main() {
///     assert_eq!((ConvNeXt::PARAMETERS, ConvNeXt::MACS), (88_591_464, 15_354_729_472));
/// }
/// ```
#[doc(alias("ConvNeXtBase"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __convnext_base {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __convnext, 128 256 512 1024, 27 blocks, drop_path = 0.5
        }
    };
}

/// ConvNeXt-L: Liu et al. (2022), section 3. Names: torchvision's `convnext_large`.
///
/// 3x224x224 -> 1000: 197,767,336 parameters, 34,361,433,600 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::convnext_large! {
///     pub struct ConvNeXt
/// }
///
/// fn main() {
///     assert_eq!((ConvNeXt::PARAMETERS, ConvNeXt::MACS), (197_767_336, 34_361_433_600));
/// }
/// ```
#[doc(alias("ConvNeXtLarge"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __convnext_large {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __convnext, 192 384 768 1536, 27 blocks, drop_path = 0.5
        }
    };
}
