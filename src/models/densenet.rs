//! DenseNets, with torchvision's parameter names.

/// Arguments: the growth rate, the filters of the stem, and the layers of each dense block with the filters behind it.
#[doc(hidden)]
#[macro_export]
macro_rules! __densenet {
    (
        { $($head:tt)* } $classes:tt, growth = $growth:tt, stem = $stem:tt,
        $layers1:tt -> $filters1:tt, $layers2:tt -> $filters2:tt, $layers3:tt -> $filters3:tt, $layers4:tt
    ) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                input
                    -> features: [
                        conv0: conv($stem, 7x7, stride = 2), norm0: batch_norm, relu0: relu,
                        pool0: max_pool(3x3, stride = 2, padding = 1),
                        denseblock1: dense_block($layers1), transition1: transition($filters1),
                        denseblock2: dense_block($layers2), transition2: transition($filters2),
                        denseblock3: dense_block($layers3), transition3: transition($filters3),
                        denseblock4: dense_block($layers4), norm5: batch_norm
                    ]
                    -> relu -> global_avg_pool -> flatten -> classifier: linear($classes)
            }

            block dense_block(layers) {
                input -> "denselayer{1..}": layers * dense
            }

            block dense() {
                input || (input
                    -> norm1: batch_norm -> relu -> conv1: conv(4 * $growth, 1x1)
                    -> norm2: batch_norm -> relu -> conv2: conv($growth, 3x3, bias = false))
            }

            block transition(filters) {
                input -> norm: batch_norm -> relu -> conv: conv(filters, 1x1, bias = false) -> pool: avg_pool(2)
            }
        }
    };
}

/// DenseNet-121: Huang et al., *Densely Connected Convolutional Networks* (2017), table 1, growth rate 32.
/// Names: torchvision's `densenet121`.
///
/// 3x224x224 -> 1000: 7,978,856 parameters, 2,834,161,664 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::densenet121! {
///     pub struct DenseNet121
/// }
///
/// fn main() {
///     assert_eq!((DenseNet121::PARAMETERS, DenseNet121::MACS), (7_978_856, 2_834_161_664));
/// }
/// ```
#[doc(alias("DenseNet121"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __densenet121 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __densenet, growth = 32, stem = 64,
            6 -> 128, 12 -> 256, 24 -> 512, 16
        }
    };
}

/// DenseNet-161: Huang et al. (2017), growth rate 48. Names: torchvision's `densenet161`.
///
/// 3x224x224 -> 1000: 28,681,000 parameters, 7,727,907,072 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::densenet161! {
///     pub struct DenseNet161
/// }
///
/// fn main() {
///     assert_eq!((DenseNet161::PARAMETERS, DenseNet161::MACS), (28_681_000, 7_727_907_072));
/// }
/// ```
#[doc(alias("DenseNet161"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __densenet161 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __densenet, growth = 48, stem = 96,
            6 -> 192, 12 -> 384, 36 -> 1056, 24
        }
    };
}

/// DenseNet-169: Huang et al. (2017), table 1, growth rate 32. Names: torchvision's `densenet169`.
///
/// 3x224x224 -> 1000: 14,149,480 parameters, 3,359,843,328 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::densenet169! {
///     pub struct DenseNet169
/// }
///
/// fn main() {
///     assert_eq!((DenseNet169::PARAMETERS, DenseNet169::MACS), (14_149_480, 3_359_843_328));
/// }
/// ```
#[doc(alias("DenseNet169"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __densenet169 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __densenet, growth = 32, stem = 64,
            6 -> 128, 12 -> 256, 32 -> 640, 32
        }
    };
}

/// DenseNet-201: Huang et al. (2017), table 1, growth rate 32. Names: torchvision's `densenet201`.
///
/// 3x224x224 -> 1000: 20,013,928 parameters, 4,291,365,888 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::densenet201! {
///     pub struct DenseNet201
/// }
///
/// fn main() {
///     assert_eq!((DenseNet201::PARAMETERS, DenseNet201::MACS), (20_013_928, 4_291_365_888));
/// }
/// ```
#[doc(alias("DenseNet201"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __densenet201 {
    ($($network:tt)*) => {
        $crate::__define! {
            { $($network)* } 3x224x224 -> 1000,
            __densenet, growth = 32, stem = 64,
            6 -> 128, 12 -> 256, 48 -> 896, 32
        }
    };
}
