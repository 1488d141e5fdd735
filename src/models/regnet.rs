//! RegNets, with torchvision's parameter names.

/// RegNetX. Arguments: the filters and groups of each stage, and the number of blocks behind its first one.
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_x {
    (
        { $($head:tt)* } $classes:tt,
        [$filters1:tt / $groups1:tt $(, $rest1:tt more)?] [$filters2:tt / $groups2:tt $(, $rest2:tt more)?]
        [$filters3:tt / $groups3:tt $(, $rest3:tt more)?] [$filters4:tt / $groups4:tt $(, $rest4:tt more)?]
    ) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> stem: [conv(32, 3x3, stride = 2), batch_norm, relu]
                    -> trunk_output: [
                        block1: ["block1-{0..}": [
                            widen($filters1, $groups1) $(, $rest1 * bottleneck($filters1, $groups1))?
                        ]],
                        block2: ["block2-{0..}": [
                            widen($filters2, $groups2) $(, $rest2 * bottleneck($filters2, $groups2))?
                        ]],
                        block3: ["block3-{0..}": [
                            widen($filters3, $groups3) $(, $rest3 * bottleneck($filters3, $groups3))?
                        ]],
                        block4: ["block4-{0..}": [
                            widen($filters4, $groups4) $(, $rest4 * bottleneck($filters4, $groups4))?
                        ]]
                    ]
                    -> avgpool: global_avg_pool -> flatten -> fc: linear($classes)
            }

            block widen(filters, groups) {
                let shortcut = input -> proj: [conv(filters, 1x1, stride = 2), batch_norm];
                input
                    -> f: [
                        a: [conv(filters, 1x1), batch_norm, relu],
                        b: [conv(filters, 3x3, stride = 2, groups = groups), batch_norm, relu],
                        c: [conv(filters, 1x1), batch_norm]
                    ]
                    -> + shortcut -> relu
            }

            block bottleneck(filters, groups) {
                input
                    -> f: [
                        a: [conv(filters, 1x1), batch_norm, relu],
                        b: [conv(filters, 3x3, groups = groups), batch_norm, relu],
                        c: [conv(filters, 1x1), batch_norm]
                    ]
                    -> + input -> relu
            }
        }
    };
}

/// RegNetY: RegNetX with squeeze and excitation. Arguments: the filters and groups of each stage, and the number of blocks behind its first one.
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y {
    (
        { $($head:tt)* } $classes:tt,
        [$filters1:tt / $groups1:tt $(, $rest1:tt more)?] [$filters2:tt / $groups2:tt $(, $rest2:tt more)?]
        [$filters3:tt / $groups3:tt $(, $rest3:tt more)?] [$filters4:tt / $groups4:tt $(, $rest4:tt more)?]
    ) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> stem: [conv(32, 3x3, stride = 2), batch_norm, relu]
                    -> trunk_output: [
                        block1: ["block1-{0..}": [
                            widen(32, $filters1, $groups1) $(, $rest1 * bottleneck($filters1, $groups1))?
                        ]],
                        block2: ["block2-{0..}": [
                            widen($filters1, $filters2, $groups2) $(, $rest2 * bottleneck($filters2, $groups2))?
                        ]],
                        block3: ["block3-{0..}": [
                            widen($filters2, $filters3, $groups3) $(, $rest3 * bottleneck($filters3, $groups3))?
                        ]],
                        block4: ["block4-{0..}": [
                            widen($filters3, $filters4, $groups4) $(, $rest4 * bottleneck($filters4, $groups4))?
                        ]]
                    ]
                    -> avgpool: global_avg_pool -> flatten -> fc: linear($classes)
            }

            block widen(channels, filters, groups) {
                let shortcut = input -> proj: [conv(filters, 1x1, stride = 2), batch_norm];
                input
                    -> f: [
                        a: [conv(filters, 1x1), batch_norm, relu],
                        b: [conv(filters, 3x3, stride = 2, groups = groups), batch_norm, relu],
                        se: gated(filters, channels / 4),
                        c: [conv(filters, 1x1), batch_norm]
                    ]
                    -> + shortcut -> relu
            }

            block bottleneck(filters, groups) {
                input
                    -> f: [
                        a: [conv(filters, 1x1), batch_norm, relu],
                        b: [conv(filters, 3x3, groups = groups), batch_norm, relu],
                        se: gated(filters, filters / 4),
                        c: [conv(filters, 1x1), batch_norm]
                    ]
                    -> + input -> relu
            }

            block gated(filters, squeezed) {
                let gate = input
                    -> global_avg_pool -> fc1: conv(squeezed, 1x1) -> relu -> fc2: conv(filters, 1x1) -> sigmoid;
                input * gate
            }
        }
    };
}

/// RegNetX-400MF: Radosavovic et al., *Designing Network Design Spaces* (2020).
/// Names: torchvision's `regnet_x_400mf`.
///
/// 3x224x224 -> 1000: 5,495,976 parameters, 413,812,608 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_x_400mf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (5_495_976, 413_812_608));
/// }
/// ```
#[doc(alias("RegNetX-400MF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_x_400mf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_x, [32 / 2] [64 / 4, 1 more] [160 / 10, 6 more] [400 / 25, 11 more]
        }
    };
}

/// RegNetX-800MF: Radosavovic et al. (2020). Names: torchvision's `regnet_x_800mf`.
///
/// 3x224x224 -> 1000: 7,259,656 parameters, 799,699,712 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_x_800mf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (7_259_656, 799_699_712));
/// }
/// ```
#[doc(alias("RegNetX-800MF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_x_800mf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_x, [64 / 4] [128 / 8, 2 more] [288 / 18, 6 more] [672 / 42, 4 more]
        }
    };
}

/// RegNetX-1.6GF: Radosavovic et al. (2020). Names: torchvision's `regnet_x_1_6gf`.
///
/// 3x224x224 -> 1000: 9,190,136 parameters, 1,602,849,792 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_x_1_6gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (9_190_136, 1_602_849_792));
/// }
/// ```
#[doc(alias("RegNetX-1.6GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_x_1_6gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_x, [72 / 3, 1 more] [168 / 7, 3 more] [408 / 17, 9 more] [912 / 38, 1 more]
        }
    };
}

/// RegNetX-3.2GF: Radosavovic et al. (2020). Names: torchvision's `regnet_x_3_2gf`.
///
/// 3x224x224 -> 1000: 15,296,552 parameters, 3,176,621,952 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_x_3_2gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (15_296_552, 3_176_621_952));
/// }
/// ```
#[doc(alias("RegNetX-3.2GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_x_3_2gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_x, [96 / 2, 1 more] [192 / 4, 5 more] [432 / 9, 14 more] [1008 / 21, 1 more]
        }
    };
}

/// RegNetX-8GF: Radosavovic et al. (2020). Names: torchvision's `regnet_x_8gf`.
///
/// 3x224x224 -> 1000: 39,572,648 parameters, 7,995,132,416 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_x_8gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (39_572_648, 7_995_132_416));
/// }
/// ```
#[doc(alias("RegNetX-8GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_x_8gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_x, [80 / 1, 1 more] [240 / 2, 4 more] [720 / 6, 14 more] [1920 / 16]
        }
    };
}

/// RegNetX-16GF: Radosavovic et al. (2020). Names: torchvision's `regnet_x_16gf`.
///
/// 3x224x224 -> 1000: 54,278,536 parameters, 15,940,755,456 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_x_16gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (54_278_536, 15_940_755_456));
/// }
/// ```
#[doc(alias("RegNetX-16GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_x_16gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_x, [256 / 2, 1 more] [512 / 4, 5 more] [896 / 7, 12 more] [2048 / 16]
        }
    };
}

/// RegNetX-32GF: Radosavovic et al. (2020). Names: torchvision's `regnet_x_32gf`.
///
/// 3x224x224 -> 1000: 107,811,560 parameters, 31,735,929,792 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_x_32gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (107_811_560, 31_735_929_792));
/// }
/// ```
#[doc(alias("RegNetX-32GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_x_32gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_x, [336 / 2, 1 more] [672 / 4, 6 more] [1344 / 8, 12 more] [2520 / 15]
        }
    };
}

/// RegNetY-400MF: Radosavovic et al. (2020). Names: torchvision's `regnet_y_400mf`.
///
/// 3x224x224 -> 1000: 4,344,144 parameters, 401,842,848 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_y_400mf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (4_344_144, 401_842_848));
/// }
/// ```
#[doc(alias("RegNetY-400MF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y_400mf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_y, [48 / 6] [104 / 13, 2 more] [208 / 26, 5 more] [440 / 55, 5 more]
        }
    };
}

/// RegNetY-800MF: Radosavovic et al. (2020). Names: torchvision's `regnet_y_800mf`.
///
/// 3x224x224 -> 1000: 6,432,512 parameters, 833,856,256 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_y_800mf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (6_432_512, 833_856_256));
/// }
/// ```
#[doc(alias("RegNetY-800MF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y_800mf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_y, [64 / 4] [144 / 9, 2 more] [320 / 20, 7 more] [784 / 49, 1 more]
        }
    };
}

/// RegNetY-1.6GF: Radosavovic et al. (2020). Names: torchvision's `regnet_y_1_6gf`.
///
/// 3x224x224 -> 1000: 11,202,430 parameters, 1,612,076,160 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_y_1_6gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (11_202_430, 1_612_076_160));
/// }
/// ```
#[doc(alias("RegNetY-1.6GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y_1_6gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_y, [48 / 2, 1 more] [120 / 5, 5 more] [336 / 14, 16 more] [888 / 37, 1 more]
        }
    };
}

/// RegNetY-3.2GF: Radosavovic et al. (2020). Names: torchvision's `regnet_y_3_2gf`.
///
/// 3x224x224 -> 1000: 19,436,338 parameters, 3,176,482,752 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_y_3_2gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (19_436_338, 3_176_482_752));
/// }
/// ```
#[doc(alias("RegNetY-3.2GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y_3_2gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_y, [72 / 3, 1 more] [216 / 9, 4 more] [576 / 24, 12 more] [1512 / 63]
        }
    };
}

/// RegNetY-8GF: Radosavovic et al. (2020). Names: torchvision's `regnet_y_8gf`.
///
/// 3x224x224 -> 1000: 39,381,472 parameters, 8,473,070,592 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_y_8gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (39_381_472, 8_473_070_592));
/// }
/// ```
#[doc(alias("RegNetY-8GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y_8gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_y, [224 / 4, 1 more] [448 / 8, 3 more] [896 / 16, 9 more] [2016 / 36]
        }
    };
}

/// RegNetY-16GF: Radosavovic et al. (2020). Names: torchvision's `regnet_y_16gf`.
///
/// 3x224x224 -> 1000: 83,590,140 parameters, 15,911,510,272 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_y_16gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (83_590_140, 15_911_510_272));
/// }
/// ```
#[doc(alias("RegNetY-16GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y_16gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_y, [224 / 2, 1 more] [448 / 4, 3 more] [1232 / 11, 10 more] [3024 / 27]
        }
    };
}

/// RegNetY-32GF: Radosavovic et al. (2020). Names: torchvision's `regnet_y_32gf`.
///
/// 3x224x224 -> 1000: 145,046,770 parameters, 32,279,552,832 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_y_32gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (145_046_770, 32_279_552_832));
/// }
/// ```
#[doc(alias("RegNetY-32GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y_32gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_y, [232 / 1, 1 more] [696 / 3, 4 more] [1392 / 6, 11 more] [3712 / 16]
        }
    };
}

/// RegNetY-128GF: a RegNetY beyond those of Radosavovic et al. (2020). Names: torchvision's `regnet_y_128gf`.
///
/// 3x224x224 -> 1000: 644,812,894 parameters, 127,517,815,680 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::regnet_y_128gf! {
///     pub struct RegNet
/// }
///
/// fn main() {
///     assert_eq!((RegNet::PARAMETERS, RegNet::MACS), (644_812_894, 127_517_815_680));
/// }
/// ```
#[doc(alias("RegNetY-128GF"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __regnet_y_128gf {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __regnet_y, [528 / 2, 1 more] [1056 / 4, 6 more] [2904 / 11, 16 more] [7392 / 28]
        }
    };
}
