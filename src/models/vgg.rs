//! VGG networks, with torchvision's parameter names.

/// Arguments: the filters of the convolutions between two pools.
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg {
    ({ $($head:tt)* } $classes:tt, $([$($filters:tt)*])*) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [$($(conv($filters, 3x3), relu,)* max_pool(2)),*]
                    -> avgpool: adaptive_avg_pool(7x7) -> flatten
                    -> classifier: [
                        linear(4096), relu, dropout(0.5), linear(4096), relu, dropout(0.5), linear($classes)
                    ]
            }
        }
    };
}

/// The same with a batch norm behind each convolution, which keeps its bias.
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg_bn {
    ({ $($head:tt)* } $classes:tt, $([$($filters:tt)*])*) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [$($(conv($filters, 3x3, bias = true), batch_norm, relu,)* max_pool(2)),*]
                    -> avgpool: adaptive_avg_pool(7x7) -> flatten
                    -> classifier: [
                        linear(4096), relu, dropout(0.5), linear(4096), relu, dropout(0.5), linear($classes)
                    ]
            }
        }
    };
}

/// VGG-11: Simonyan and Zisserman, *Very Deep Convolutional Networks for Large-Scale Image Recognition* (2015), table 1,
/// column A. Names: torchvision's `vgg11`.
///
/// 3x224x224 -> 1000: 132,863,336 parameters, 7,609,090,048 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::vgg11! {
///     pub struct Vgg11
/// }
///
/// fn main() {
///     assert_eq!((Vgg11::PARAMETERS, Vgg11::MACS), (132_863_336, 7_609_090_048));
/// }
/// ```
#[doc(alias("VGG11"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg11 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __vgg, [64] [128] [256 256] [512 512] [512 512] } };
}

/// VGG-11 with batch norms: Simonyan and Zisserman (2015), table 1, column A; Ioffe and Szegedy (2015).
/// Names: torchvision's `vgg11_bn`.
///
/// 3x224x224 -> 1000: 132,868,840 parameters, 7,609,090,048 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::vgg11_bn! {
///     pub struct Vgg11
/// }
///
/// fn main() {
///     assert_eq!((Vgg11::PARAMETERS, Vgg11::MACS), (132_868_840, 7_609_090_048));
/// }
/// ```
#[doc(alias("VGG11_BN"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg11_bn {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __vgg_bn, [64] [128] [256 256] [512 512] [512 512] } };
}

/// VGG-13: Simonyan and Zisserman (2015), table 1, column B. Names: torchvision's `vgg13`.
///
/// 3x224x224 -> 1000: 133,047,848 parameters, 11,308,466,176 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::vgg13! {
///     pub struct Vgg13
/// }
///
/// fn main() {
///     assert_eq!((Vgg13::PARAMETERS, Vgg13::MACS), (133_047_848, 11_308_466_176));
/// }
/// ```
#[doc(alias("VGG13"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg13 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __vgg, [64 64] [128 128] [256 256] [512 512] [512 512]
        }
    };
}

/// VGG-13 with batch norms: Simonyan and Zisserman (2015), table 1, column B; Ioffe and Szegedy (2015).
/// Names: torchvision's `vgg13_bn`.
///
/// 3x224x224 -> 1000: 133,053,736 parameters, 11,308,466,176 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::vgg13_bn! {
///     pub struct Vgg13
/// }
///
/// fn main() {
///     assert_eq!((Vgg13::PARAMETERS, Vgg13::MACS), (133_053_736, 11_308_466_176));
/// }
/// ```
#[doc(alias("VGG13_BN"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg13_bn {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __vgg_bn, [64 64] [128 128] [256 256] [512 512] [512 512]
        }
    };
}

/// VGG-16: Simonyan and Zisserman (2015), table 1, column D. Names: torchvision's `vgg16`.
///
/// 3x224x224 -> 1000: 138,357,544 parameters, 15,470,264,320 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::vgg16! {
///     pub struct Vgg16
/// }
///
/// fn main() {
///     assert_eq!((Vgg16::PARAMETERS, Vgg16::MACS), (138_357_544, 15_470_264_320));
/// }
/// ```
#[doc(alias("VGG16"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg16 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __vgg, [64 64] [128 128] [256 256 256] [512 512 512] [512 512 512]
        }
    };
}

/// VGG-16 with batch norms: Simonyan and Zisserman (2015), table 1, column D; Ioffe and Szegedy (2015).
/// Names: torchvision's `vgg16_bn`.
///
/// 3x224x224 -> 1000: 138,365,992 parameters, 15,470,264,320 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::vgg16_bn! {
///     pub struct Vgg16
/// }
///
/// fn main() {
///     assert_eq!((Vgg16::PARAMETERS, Vgg16::MACS), (138_365_992, 15_470_264_320));
/// }
/// ```
#[doc(alias("VGG16_BN"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg16_bn {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __vgg_bn, [64 64] [128 128] [256 256 256] [512 512 512] [512 512 512]
        }
    };
}

/// VGG-19: Simonyan and Zisserman (2015), table 1, column E. Names: torchvision's `vgg19`.
///
/// 3x224x224 -> 1000: 143,667,240 parameters, 19,632,062,464 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::vgg19! {
///     pub struct Vgg19
/// }
///
/// fn main() {
///     assert_eq!((Vgg19::PARAMETERS, Vgg19::MACS), (143_667_240, 19_632_062_464));
/// }
/// ```
#[doc(alias("VGG19"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg19 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __vgg, [64 64] [128 128] [256 256 256 256] [512 512 512 512] [512 512 512 512]
        }
    };
}

/// VGG-19 with batch norms: Simonyan and Zisserman (2015), table 1, column E; Ioffe and Szegedy (2015).
/// Names: torchvision's `vgg19_bn`.
///
/// 3x224x224 -> 1000: 143,678,248 parameters, 19,632,062,464 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::vgg19_bn! {
///     pub struct Vgg19
/// }
///
/// fn main() {
///     assert_eq!((Vgg19::PARAMETERS, Vgg19::MACS), (143_678_248, 19_632_062_464));
/// }
/// ```
#[doc(alias("VGG19_BN"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __vgg19_bn {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __vgg_bn, [64 64] [128 128] [256 256 256 256] [512 512 512 512] [512 512 512 512]
        }
    };
}
