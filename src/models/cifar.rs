//! He et al.'s networks for CIFAR-10, with the parameter names of akamaster's `pytorch_resnet_cifar10`, whose weights they load.

/// Three stages of 16, 32 and 64 filters. Arguments: the blocks of the first stage, the identity blocks of the others, the shortcut.
#[doc(hidden)]
#[macro_export]
macro_rules! __cifar_resnet {
    ({ $($head:tt)* } $classes:tt, $all:tt $rest:tt, option = $option:ident) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu
                    -> layer1: $all * basic(16)
                    -> layer2: [down(32), $rest * basic(32)]
                    -> layer3: [down(64), $rest * basic(64)]
                    -> global_avg_pool -> flatten -> linear: linear($classes)
            }

            block basic(filters) {
                input
                    -> conv1: conv(filters, 3x3) -> bn1: batch_norm -> relu
                    -> conv2: conv(filters, 3x3) -> bn2: batch_norm
                    -> + input -> relu
            }

            block down(filters) {
                input
                    -> conv1: conv(filters, 3x3, stride = 2) -> bn1: batch_norm -> relu
                    -> conv2: conv(filters, 3x3) -> bn2: batch_norm
                    -> + (input -> shortcut: shortcut(filters, stride = 2, option = $option)) -> relu
            }
        }
    };
}

/// ResNet-20 for CIFAR-10: He et al., *Deep Residual Learning for Image Recognition* (2016), section 4.2, with its parameterless shortcuts (option A).
/// Names: akamaster's `resnet20`.
///
/// 3x32x32 -> 10: 269,722 parameters, 40,551,040 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet20! {
///     pub struct ResNet20
/// }
///
/// fn main() {
///     assert_eq!((ResNet20::PARAMETERS, ResNet20::MACS), (269_722, 40_551_040));
/// }
/// ```
#[doc(alias("ResNet20"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet20 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 3 2, option = a } };
}

/// ResNet-32 for CIFAR-10: He et al. (2016), section 4.2, with its parameterless shortcuts (option A).
/// Names: akamaster's `resnet32`.
///
/// 3x32x32 -> 10: 464,154 parameters, 68,862,592 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet32! {
///     pub struct ResNet32
/// }
///
/// fn main() {
///     assert_eq!((ResNet32::PARAMETERS, ResNet32::MACS), (464_154, 68_862_592));
/// }
/// ```
#[doc(alias("ResNet32"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet32 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 5 4, option = a } };
}

/// ResNet-44 for CIFAR-10: He et al. (2016), section 4.2, with its parameterless shortcuts (option A).
/// Names: akamaster's `resnet44`.
///
/// 3x32x32 -> 10: 658,586 parameters, 97,174,144 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet44! {
///     pub struct ResNet44
/// }
///
/// fn main() {
///     assert_eq!((ResNet44::PARAMETERS, ResNet44::MACS), (658_586, 97_174_144));
/// }
/// ```
#[doc(alias("ResNet44"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet44 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 7 6, option = a } };
}

/// ResNet-56 for CIFAR-10: He et al. (2016), section 4.2, with its parameterless shortcuts (option A).
/// Names: akamaster's `resnet56`.
///
/// 3x32x32 -> 10: 853,018 parameters, 125,485,696 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet56! {
///     pub struct ResNet56
/// }
///
/// fn main() {
///     assert_eq!((ResNet56::PARAMETERS, ResNet56::MACS), (853_018, 125_485_696));
/// }
/// ```
#[doc(alias("ResNet56"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet56 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 9 8, option = a } };
}

/// ResNet-110 for CIFAR-10: He et al. (2016), section 4.2, with its parameterless shortcuts (option A).
/// Names: akamaster's `resnet110`.
///
/// 3x32x32 -> 10: 1,727,962 parameters, 252,887,680 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet110! {
///     pub struct ResNet110
/// }
///
/// fn main() {
///     assert_eq!((ResNet110::PARAMETERS, ResNet110::MACS), (1_727_962, 252_887_680));
/// }
/// ```
#[doc(alias("ResNet110"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet110 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 18 17, option = a } };
}

/// ResNet-20 for CIFAR-10 with projection shortcuts where the shape changes (option B): He et al. (2016), section 4.2.
/// Names: akamaster's `resnet20`, whose blocks take `option='B'`.
///
/// 3x32x32 -> 10: 272,474 parameters, 40,813,184 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet20_b! {
///     pub struct ResNet20
/// }
///
/// fn main() {
///     assert_eq!((ResNet20::PARAMETERS, ResNet20::MACS), (272_474, 40_813_184));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet20_b {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 3 2, option = b } };
}

/// ResNet-32 for CIFAR-10 with projection shortcuts where the shape changes (option B): He et al. (2016), section 4.2.
/// Names: akamaster's `resnet32`, whose blocks take `option='B'`.
///
/// 3x32x32 -> 10: 466,906 parameters, 69,124,736 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet32_b! {
///     pub struct ResNet32
/// }
///
/// fn main() {
///     assert_eq!((ResNet32::PARAMETERS, ResNet32::MACS), (466_906, 69_124_736));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet32_b {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 5 4, option = b } };
}

/// ResNet-44 for CIFAR-10 with projection shortcuts where the shape changes (option B): He et al. (2016), section 4.2.
/// Names: akamaster's `resnet44`, whose blocks take `option='B'`.
///
/// 3x32x32 -> 10: 661,338 parameters, 97,436,288 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet44_b! {
///     pub struct ResNet44
/// }
///
/// fn main() {
///     assert_eq!((ResNet44::PARAMETERS, ResNet44::MACS), (661_338, 97_436_288));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet44_b {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 7 6, option = b } };
}

/// ResNet-56 for CIFAR-10 with projection shortcuts where the shape changes (option B): He et al. (2016), section 4.2.
/// Names: akamaster's `resnet56`, whose blocks take `option='B'`.
///
/// 3x32x32 -> 10: 855,770 parameters, 125,747,840 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet56_b! {
///     pub struct ResNet56
/// }
///
/// fn main() {
///     assert_eq!((ResNet56::PARAMETERS, ResNet56::MACS), (855_770, 125_747_840));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet56_b {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 9 8, option = b } };
}

/// ResNet-110 for CIFAR-10 with projection shortcuts where the shape changes (option B): He et al. (2016), section 4.2.
/// Names: akamaster's `resnet110`, whose blocks take `option='B'`.
///
/// 3x32x32 -> 10: 1,730,714 parameters, 253,149,824 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet110_b! {
///     pub struct ResNet110
/// }
///
/// fn main() {
///     assert_eq!((ResNet110::PARAMETERS, ResNet110::MACS), (1_730_714, 253_149_824));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet110_b {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x32x32 -> 10, __cifar_resnet, 18 17, option = b } };
}
