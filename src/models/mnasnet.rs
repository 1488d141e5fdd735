//! MNASNets, with torchvision's parameter names.

/// Arguments: the filters of the parts.
#[doc(hidden)]
#[macro_export]
macro_rules! __mnasnet {
    ({ $($head:tt)* } $classes:tt, $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt $g:tt $h:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> layers: [
                        conv($a, 3x3, stride = 2), batch_norm(3e-4), relu,
                        conv($a, 3x3, groups = $a), batch_norm(3e-4), relu,
                        conv($b, 1x1), batch_norm(3e-4),
                        [widen(3 * $b, $c, 3x3, stride = 2), 2 * residual(3 * $c, $c, 3x3)],
                        [widen(3 * $c, $d, 5x5, stride = 2), 2 * residual(3 * $d, $d, 5x5)],
                        [widen(6 * $d, $e, 5x5, stride = 2), 2 * residual(6 * $e, $e, 5x5)],
                        [widen(6 * $e, $f, 3x3), residual(6 * $f, $f, 3x3)],
                        [widen(6 * $f, $g, 5x5, stride = 2), 3 * residual(6 * $g, $g, 5x5)],
                        [widen(6 * $g, $h, 3x3)],
                        conv(1280, 1x1), batch_norm(3e-4), relu
                    ]
                    -> global_avg_pool -> flatten
                    -> classifier: [dropout(0.2), linear($classes)]
            }

            block widen(width, filters, kernel, stride = 1) {
                input -> layers: [
                    conv(width, 1x1), batch_norm(3e-4), relu,
                    conv(width, kernel, stride, groups = width), batch_norm(3e-4), relu,
                    conv(filters, 1x1), batch_norm(3e-4)
                ]
            }

            block residual(width, filters, kernel) {
                input
                    -> layers: [
                        conv(width, 1x1), batch_norm(3e-4), relu,
                        conv(width, kernel, groups = width), batch_norm(3e-4), relu,
                        conv(filters, 1x1), batch_norm(3e-4)
                    ]
                    -> + input
            }
        }
    };
}

/// MNASNet-B1 with 0.5 times the filters: Tan et al. (2019). Names: torchvision's `mnasnet0_5`.
///
/// 3x224x224 -> 1000: 2,218,512 parameters, 104,455,968 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::mnasnet0_5! {
///     pub struct MnasNet
/// }
///
/// fn main() {
///     assert_eq!((MnasNet::PARAMETERS, MnasNet::MACS), (2_218_512, 104_455_968));
/// }
/// ```
#[doc(alias("MNASNet0.5"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mnasnet0_5 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __mnasnet, 16 8 16 24 40 48 96 160 } };
}

/// MNASNet-B1 with 0.75 times the filters: Tan et al. (2019). Names: torchvision's `mnasnet0_75`.
///
/// 3x224x224 -> 1000: 3,170,208 parameters, 215,493,104 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::mnasnet0_75! {
///     pub struct MnasNet
/// }
///
/// fn main() {
///     assert_eq!((MnasNet::PARAMETERS, MnasNet::MACS), (3_170_208, 215_493_104));
/// }
/// ```
#[doc(alias("MNASNet0.75"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mnasnet0_75 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __mnasnet, 24 16 24 32 64 72 144 240 } };
}

/// MNASNet-B1: Tan et al., *MnasNet: Platform-Aware Neural Architecture Search for Mobile* (2019). Names: torchvision's `mnasnet1_0`.
///
/// 3x224x224 -> 1000: 4,383,312 parameters, 314,415,872 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::mnasnet1_0! {
///     pub struct MnasNet
/// }
///
/// fn main() {
///     assert_eq!((MnasNet::PARAMETERS, MnasNet::MACS), (4_383_312, 314_415_872));
/// }
/// ```
#[doc(alias("MNASNet1.0"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mnasnet1_0 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __mnasnet, 32 16 24 40 80 96 192 320 } };
}

/// MNASNet-B1 with 1.3 times the filters: Tan et al. (2019). Names: torchvision's `mnasnet1_3`.
///
/// 3x224x224 -> 1000: 6,282,256 parameters, 526,362,432 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::mnasnet1_3! {
///     pub struct MnasNet
/// }
///
/// fn main() {
///     assert_eq!((MnasNet::PARAMETERS, MnasNet::MACS), (6_282_256, 526_362_432));
/// }
/// ```
#[doc(alias("MNASNet1.3"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __mnasnet1_3 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __mnasnet, 40 24 32 56 104 128 248 416 } };
}
