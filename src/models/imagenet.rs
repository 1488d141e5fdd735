//! torchvision's residual networks for ImageNet, with torchvision's parameter names.

/// Networks whose blocks have two 3x3 convolutions. Arguments: the number of identity blocks of each stage.
#[doc(hidden)]
#[macro_export]
macro_rules! __basic_resnet {
    ({ $($head:tt)* } $classes:tt, $stage1:tt $stage2:tt $stage3:tt $stage4:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu
                    -> maxpool: max_pool(3x3, stride = 2, padding = 1)
                    -> layer1: $stage1 * basic(64)
                    -> layer2: [down(128), $stage2 * basic(128)]
                    -> layer3: [down(256), $stage3 * basic(256)]
                    -> layer4: [down(512), $stage4 * basic(512)]
                    -> avgpool: global_avg_pool -> flatten -> fc: linear($classes)
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
                    -> + (input -> downsample: [conv(filters, 1x1, stride = 2), batch_norm]) -> relu
            }
        }
    };
}

/// Networks whose blocks have a 3x3 convolution between two 1x1 convolutions. Arguments: the number of identity blocks of each
/// stage; the width of the first stage's 3x3 convolution; its groups; and which convolution has the stride: `stride` for the 3x3
/// one (v1.5), `early` for the first 1x1 one (v1).
#[doc(hidden)]
#[macro_export]
macro_rules! __bottleneck_resnet {
    (
        { $($head:tt)* } $classes:tt,
        $stage1:tt $stage2:tt $stage3:tt $stage4:tt, width = $width:tt, groups = $groups:tt, $halves:ident
    ) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> conv1: conv(64, 7x7, stride = 2) -> bn1: batch_norm -> relu
                    -> maxpool: max_pool(3x3, stride = 2, padding = 1)
                    -> layer1: [widen($width, 256), $stage1 * bottleneck($width, 256)]
                    -> layer2: [widen(2 * $width, 512, $halves = 2), $stage2 * bottleneck(2 * $width, 512)]
                    -> layer3: [widen(4 * $width, 1024, $halves = 2), $stage3 * bottleneck(4 * $width, 1024)]
                    -> layer4: [widen(8 * $width, 2048, $halves = 2), $stage4 * bottleneck(8 * $width, 2048)]
                    -> avgpool: global_avg_pool -> flatten -> fc: linear($classes)
            }

            block bottleneck(width, filters) {
                input
                    -> conv1: conv(width, 1x1) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3, groups = $groups) -> bn2: batch_norm -> relu
                    -> conv3: conv(filters, 1x1) -> bn3: batch_norm
                    -> + input -> relu
            }

            block widen(width, filters, early = 1, stride = 1) {
                input
                    -> conv1: conv(width, 1x1, early) -> bn1: batch_norm -> relu
                    -> conv2: conv(width, 3x3, stride, groups = $groups) -> bn2: batch_norm -> relu
                    -> conv3: conv(filters, 1x1) -> bn3: batch_norm
                    -> + (input -> downsample: [conv(filters, 1x1, early * stride), batch_norm]) -> relu
            }
        }
    };
}

/// ResNet-18: He et al., *Deep Residual Learning for Image Recognition* (2016), table 1. Names: torchvision's `resnet18`.
///
/// 3x224x224 -> 1000: 11,689,512 parameters, 1,814,073,344 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet18! {
///     pub struct ResNet18
/// }
///
/// fn main() {
///     assert_eq!((ResNet18::PARAMETERS, ResNet18::MACS), (11_689_512, 1_814_073_344));
/// }
/// ```
#[doc(alias("ResNet18"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet18 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __basic_resnet, 2 1 1 1 } };
}

/// ResNet-34: He et al. (2016), table 1. Names: torchvision's `resnet34`.
///
/// 3x224x224 -> 1000: 21,797,672 parameters, 3,663,761,408 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet34! {
///     pub struct ResNet34
/// }
///
/// fn main() {
///     assert_eq!((ResNet34::PARAMETERS, ResNet34::MACS), (21_797_672, 3_663_761_408));
/// }
/// ```
#[doc(alias("ResNet34"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet34 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __basic_resnet, 3 3 5 2 } };
}

/// ResNet-50: He et al. (2016), table 1, with the stride on the 3x3 convolution (v1.5). Names: torchvision's `resnet50`.
///
/// 3x224x224 -> 1000: 25,557,032 parameters, 4,089,184,256 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet50! {
///     pub struct ResNet50
/// }
///
/// fn main() {
///     assert_eq!((ResNet50::PARAMETERS, ResNet50::MACS), (25_557_032, 4_089_184_256));
/// }
/// ```
#[doc(alias("ResNet50"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet50 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 3 5 2, width = 64, groups = 1, stride
        }
    };
}

/// ResNet-50 as published: He et al. (2016), with the stride on the first 1x1 convolution (v1). Names: torchvision's `resnet50`.
///
/// 3x224x224 -> 1000: 25,557,032 parameters, 3,857,973,248 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet50_v1! {
///     pub struct ResNet50
/// }
///
/// fn main() {
///     assert_eq!((ResNet50::PARAMETERS, ResNet50::MACS), (25_557_032, 3_857_973_248));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet50_v1 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 3 5 2, width = 64, groups = 1, early
        }
    };
}

/// ResNet-101: He et al. (2016), table 1, with the stride on the 3x3 convolution. Names: torchvision's `resnet101`.
///
/// 3x224x224 -> 1000: 44,549,160 parameters, 7,801,405,440 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet101! {
///     pub struct ResNet101
/// }
///
/// fn main() {
///     assert_eq!((ResNet101::PARAMETERS, ResNet101::MACS), (44_549_160, 7_801_405_440));
/// }
/// ```
#[doc(alias("ResNet101"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet101 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 3 22 2, width = 64, groups = 1, stride
        }
    };
}

/// ResNet-152: He et al. (2016), table 1, with the stride on the 3x3 convolution. Names: torchvision's `resnet152`.
///
/// 3x224x224 -> 1000: 60,192,808 parameters, 11,513,626,624 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnet152! {
///     pub struct ResNet152
/// }
///
/// fn main() {
///     assert_eq!((ResNet152::PARAMETERS, ResNet152::MACS), (60_192_808, 11_513_626_624));
/// }
/// ```
#[doc(alias("ResNet152"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnet152 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 7 35 2, width = 64, groups = 1, stride
        }
    };
}

/// Wide ResNet-50-2: Zagoruyko and Komodakis, *Wide Residual Networks* (2016), section 3.5: the 3x3 convolutions are twice as wide.
/// Names: torchvision's `wide_resnet50_2`.
///
/// 3x224x224 -> 1000: 68,883,240 parameters, 11,398,021,120 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::wide_resnet50_2! {
///     pub struct WideResNet50
/// }
///
/// fn main() {
///     assert_eq!((WideResNet50::PARAMETERS, WideResNet50::MACS), (68_883_240, 11_398_021_120));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __wide_resnet50_2 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 3 5 2, width = 128, groups = 1, stride
        }
    };
}

/// Wide ResNet-101-2: ResNet-101 with 3x3 convolutions twice as wide, as `wide_resnet50_2`. Names: torchvision's `wide_resnet101_2`.
///
/// 3x224x224 -> 1000: 126,886,696 parameters, 22,753,050,624 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::wide_resnet101_2! {
///     pub struct WideResNet101
/// }
///
/// fn main() {
///     assert_eq!((WideResNet101::PARAMETERS, WideResNet101::MACS), (126_886_696, 22_753_050_624));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __wide_resnet101_2 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 3 22 2, width = 128, groups = 1, stride
        }
    };
}

/// ResNeXt-50 (32x4d): Xie et al., *Aggregated Residual Transformations for Deep Neural Networks* (2017), table 1.
/// Names: torchvision's `resnext50_32x4d`.
///
/// 3x224x224 -> 1000: 25,028,904 parameters, 4,230,479,872 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnext50_32x4d! {
///     pub struct ResNeXt50
/// }
///
/// fn main() {
///     assert_eq!((ResNeXt50::PARAMETERS, ResNeXt50::MACS), (25_028_904, 4_230_479_872));
/// }
/// ```
#[doc(alias("ResNeXt50"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __resnext50_32x4d {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 3 5 2, width = 128, groups = 32, stride
        }
    };
}

/// ResNeXt-101 (32x8d): Xie et al. (2017), of the depths of ResNet-101. Names: torchvision's `resnext101_32x8d`.
///
/// 3x224x224 -> 1000: 88,791,336 parameters, 16,414,015,488 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnext101_32x8d! {
///     pub struct ResNeXt101
/// }
///
/// fn main() {
///     assert_eq!((ResNeXt101::PARAMETERS, ResNeXt101::MACS), (88_791_336, 16_414_015_488));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __resnext101_32x8d {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 3 22 2, width = 256, groups = 32, stride
        }
    };
}

/// ResNeXt-101 (64x4d): Xie et al. (2017), table 4. Names: torchvision's `resnext101_64x4d`.
///
/// 3x224x224 -> 1000: 83,455,272 parameters, 15,460,270,080 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::resnext101_64x4d! {
///     pub struct ResNeXt101
/// }
///
/// fn main() {
///     assert_eq!((ResNeXt101::PARAMETERS, ResNeXt101::MACS), (83_455_272, 15_460_270_080));
/// }
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __resnext101_64x4d {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __bottleneck_resnet, 2 3 22 2, width = 256, groups = 64, stride
        }
    };
}
