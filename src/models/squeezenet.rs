//! SqueezeNets, with torchvision's parameter names.

/// Arguments: the convolution at the start, and what comes behind its pool.
#[doc(hidden)]
#[macro_export]
macro_rules! __squeezenet {
    ({ $($head:tt)* } $classes:tt, $stem:tt, $($features:tt)*) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        conv $stem, relu, max_pool(3x3, stride = 2, ceil = true),
                        $($features)*
                    ]
                    -> classifier: [dropout(0.5), conv($classes, 1x1), relu, adaptive_avg_pool(1x1)]
                    -> flatten
            }

            block fire(squeezed, expanded) {
                input
                    -> squeeze: conv(squeezed, 1x1) -> squeeze_activation: relu
                    -> expand1x1: conv(expanded, 1x1) -> relu
                    -> || (squeeze_activation -> expand3x3: conv(expanded, 3x3) -> relu)
            }
        }
    };
}

/// SqueezeNet 1.0: Iandola et al., *SqueezeNet: AlexNet-level accuracy with 50x fewer parameters and <0.5MB model size* (2016),
/// table 1. Names: torchvision's `squeezenet1_0`.
///
/// 3x224x224 -> 1000: 1,248,424 parameters, 818,924,576 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::squeezenet1_0! {
///     pub struct SqueezeNet
/// }
///
/// fn main() {
///     assert_eq!((SqueezeNet::PARAMETERS, SqueezeNet::MACS), (1_248_424, 818_924_576));
/// }
/// ```
#[doc(alias("SqueezeNet"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __squeezenet1_0 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __squeezenet, (96, 7x7, stride = 2, padding = valid),
            fire(16, 64), fire(16, 64), fire(32, 128), max_pool(3x3, stride = 2, ceil = true),
            fire(32, 128), fire(48, 192), fire(48, 192), fire(64, 256), max_pool(3x3, stride = 2, ceil = true),
            fire(64, 256)
        }
    };
}

/// SqueezeNet 1.1: the same accuracy with fewer multiply-adds, from the authors' repository. Names: torchvision's `squeezenet1_1`.
///
/// 3x224x224 -> 1000: 1,235,496 parameters, 349,151,936 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::squeezenet1_1! {
///     pub struct SqueezeNet
/// }
///
/// fn main() {
///     assert_eq!((SqueezeNet::PARAMETERS, SqueezeNet::MACS), (1_235_496, 349_151_936));
/// }
/// ```
#[doc(alias("SqueezeNet"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __squeezenet1_1 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __squeezenet, (64, 3x3, stride = 2, padding = valid),
            fire(16, 64), fire(16, 64), max_pool(3x3, stride = 2, ceil = true),
            fire(32, 128), fire(32, 128), max_pool(3x3, stride = 2, ceil = true),
            fire(48, 192), fire(48, 192), fire(64, 256), fire(64, 256)
        }
    };
}
