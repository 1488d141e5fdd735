//! ShuffleNetV2, with torchvision's parameter names.

/// Arguments: the filters of each stage, and of the last convolution.
#[doc(hidden)]
#[macro_export]
macro_rules! __shufflenet_v2 {
    ({ $($head:tt)* } $classes:tt, $stage2:tt $stage3:tt $stage4:tt $conv5:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: [conv(24, 3x3, stride = 2), batch_norm, relu]
                    -> maxpool: max_pool(3x3, stride = 2, padding = 1)
                    -> stage2: [down(24, $stage2 / 2), 3 * unit($stage2 / 2)]
                    -> stage3: [down($stage2, $stage3 / 2), 7 * unit($stage3 / 2)]
                    -> stage4: [down($stage3, $stage4 / 2), 3 * unit($stage4 / 2)]
                    -> conv5: [conv($conv5, 1x1), batch_norm, relu]
                    -> global_avg_pool -> flatten -> fc: linear($classes)
            }

            block unit(half) {
                let left = input -> slice(0, half);
                let right = input -> slice(half, 2 * half) -> branch2: [
                    conv(half, 1x1), batch_norm, relu,
                    conv(half, 3x3, groups = half), batch_norm,
                    conv(half, 1x1), batch_norm, relu
                ];
                left || right -> channel_shuffle(2)
            }

            block down(channels, half) {
                let left = input -> branch1: [
                    conv(channels, 3x3, stride = 2, groups = channels), batch_norm,
                    conv(half, 1x1), batch_norm, relu
                ];
                let right = input -> branch2: [
                    conv(half, 1x1), batch_norm, relu,
                    conv(half, 3x3, stride = 2, groups = half), batch_norm,
                    conv(half, 1x1), batch_norm, relu
                ];
                left || right -> channel_shuffle(2)
            }
        }
    };
}

/// ShuffleNetV2 0.5x: Ma et al., *ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design* (2018), table 5.
/// Names: torchvision's `shufflenet_v2_x0_5`.
///
/// 3x224x224 -> 1000: 1,366,792 parameters, 40,476,448 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::shufflenet_v2_x0_5! {
///     pub struct ShuffleNet
/// }
///
/// fn main() {
///     assert_eq!((ShuffleNet::PARAMETERS, ShuffleNet::MACS), (1_366_792, 40_476_448));
/// }
/// ```
#[doc(alias("ShuffleNetV2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __shufflenet_v2_x0_5 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __shufflenet_v2, 48 96 192 1024 } };
}

/// ShuffleNetV2 1.0x: Ma et al. (2018), table 5. Names: torchvision's `shufflenet_v2_x1_0`.
///
/// 3x224x224 -> 1000: 2,278,604 parameters, 144,907,992 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::shufflenet_v2_x1_0! {
///     pub struct ShuffleNet
/// }
///
/// fn main() {
///     assert_eq!((ShuffleNet::PARAMETERS, ShuffleNet::MACS), (2_278_604, 144_907_992));
/// }
/// ```
#[doc(alias("ShuffleNetV2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __shufflenet_v2_x1_0 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __shufflenet_v2, 116 232 464 1024 } };
}

/// ShuffleNetV2 1.5x: Ma et al. (2018), table 5. Names: torchvision's `shufflenet_v2_x1_5`.
///
/// 3x224x224 -> 1000: 3,503,624 parameters, 295,759,392 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::shufflenet_v2_x1_5! {
///     pub struct ShuffleNet
/// }
///
/// fn main() {
///     assert_eq!((ShuffleNet::PARAMETERS, ShuffleNet::MACS), (3_503_624, 295_759_392));
/// }
/// ```
#[doc(alias("ShuffleNetV2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __shufflenet_v2_x1_5 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __shufflenet_v2, 176 352 704 1024 } };
}

/// ShuffleNetV2 2.0x: Ma et al. (2018), table 5. Names: torchvision's `shufflenet_v2_x2_0`.
///
/// 3x224x224 -> 1000: 7,393,996 parameters, 583,253,464 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::shufflenet_v2_x2_0! {
///     pub struct ShuffleNet
/// }
///
/// fn main() {
///     assert_eq!((ShuffleNet::PARAMETERS, ShuffleNet::MACS), (7_393_996, 583_253_464));
/// }
/// ```
#[doc(alias("ShuffleNetV2"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __shufflenet_v2_x2_0 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __shufflenet_v2, 244 488 976 2048 } };
}
