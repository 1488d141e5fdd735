//! GoogLeNet and Inception v3, with torchvision's parameter names.
//!
//! Their auxiliary heads are further outputs, which a struct promises: `-> (fc: 1000, aux1: 1000, aux2: 1000)`. What is not promised is
//! neither computed nor in the state dict, as with torchvision's `aux_logits=False`.

#[doc(hidden)]
#[macro_export]
macro_rules! __inceptions_of_googlenet {
    ({ $($head:tt)* } $classes:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                let pooled = input
                    -> conv1: normed(64, 7x7, stride = 2) -> maxpool1: max_pool(3x3, stride = 2, ceil = true)
                    -> conv2: normed(64, 1x1) -> conv3: normed(192, 3x3)
                    -> maxpool2: max_pool(3x3, stride = 2, ceil = true)
                    -> inception3a: inception(64, 96, 128, 16, 32, 32)
                    -> inception3b: inception(128, 128, 192, 32, 96, 64)
                    -> maxpool3: max_pool(3x3, stride = 2, ceil = true)
                    -> inception4a: inception(192, 96, 208, 16, 48, 64)
                    -> inception4b: inception(160, 112, 224, 24, 64, 64)
                    -> inception4c: inception(128, 128, 256, 24, 64, 64)
                    -> inception4d: inception(112, 144, 288, 32, 64, 64)
                    -> inception4e: inception(256, 160, 320, 32, 128, 128)
                    -> maxpool4: max_pool(2x2, stride = 2, ceil = true)
                    -> inception5a: inception(256, 160, 320, 32, 128, 128)
                    -> inception5b: inception(384, 192, 384, 48, 128, 128);
                let first = inception4a -> aux1: auxiliary($classes);
                let second = inception4d -> aux2: auxiliary($classes);
                pooled -> avgpool: global_avg_pool -> flatten -> dropout(0.2) -> fc: linear($classes)
            }

            block normed(filters, kernel, stride = 1) {
                input -> conv: conv(filters, kernel, stride) -> bn: batch_norm(eps = 1e-3) -> relu
            }

            block inception(one, narrow3, three, narrow5, five, pooled) {
                let a = input -> branch1: normed(one, 1x1);
                let b = input -> branch2: [normed(narrow3, 1x1), normed(three, 3x3)];
                let c = input -> branch3: [normed(narrow5, 1x1), normed(five, 3x3)];
                let d = input -> branch4: [max_pool(3x3, stride = 1, padding = 1, ceil = true), normed(pooled, 1x1)];
                a || b || c || d
            }

            block auxiliary(classes) {
                input
                    -> adaptive_avg_pool(4x4) -> conv: normed(128, 1x1) -> flatten
                    -> fc1: linear(1024) -> relu -> dropout(0.7) -> fc2: linear(classes)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __inceptions_of_v3 {
    ({ $($head:tt)* } $classes:tt) => {
        $crate::__resnet! { ready $crate;
            $($head)* {
                let middle = input
                    -> Conv2d_1a_3x3: normed(32, 3x3, stride = 2, padding = valid)
                    -> Conv2d_2a_3x3: normed(32, 3x3, padding = valid) -> Conv2d_2b_3x3: normed(64, 3x3)
                    -> maxpool1: max_pool(3x3, stride = 2)
                    -> Conv2d_3b_1x1: normed(80, 1x1) -> Conv2d_4a_3x3: normed(192, 3x3, padding = valid)
                    -> maxpool2: max_pool(3x3, stride = 2)
                    -> Mixed_5b: figure5(32) -> Mixed_5c: figure5(64) -> Mixed_5d: figure5(64)
                    -> Mixed_6a: smaller
                    -> Mixed_6b: figure6(128) -> Mixed_6c: figure6(160) -> Mixed_6d: figure6(160) -> Mixed_6e: figure6(192);
                let side = middle -> AuxLogits: auxiliary($classes);
                middle
                    -> Mixed_7a: smallest -> Mixed_7b: figure7 -> Mixed_7c: figure7
                    -> avgpool: global_avg_pool -> dropout(0.5) -> flatten -> fc: linear($classes)
            }

            block normed(filters, kernel, stride = 1, padding = same) {
                input -> conv: conv(filters, kernel, stride, padding) -> bn: batch_norm(eps = 1e-3) -> relu
            }

            block figure5(pooled) {
                let a = input -> branch1x1: normed(64, 1x1);
                let b = input -> branch5x5_1: normed(48, 1x1) -> branch5x5_2: normed(64, 5x5);
                let c = input
                    -> branch3x3dbl_1: normed(64, 1x1) -> branch3x3dbl_2: normed(96, 3x3) -> branch3x3dbl_3: normed(96, 3x3);
                let d = input -> avg_pool(3x3, stride = 1, padding = 1) -> branch_pool: normed(pooled, 1x1);
                a || b || c || d
            }

            block smaller() {
                let a = input -> branch3x3: normed(384, 3x3, stride = 2, padding = valid);
                let b = input
                    -> branch3x3dbl_1: normed(64, 1x1) -> branch3x3dbl_2: normed(96, 3x3)
                    -> branch3x3dbl_3: normed(96, 3x3, stride = 2, padding = valid);
                let c = input -> max_pool(3x3, stride = 2);
                a || b || c
            }

            block figure6(narrow) {
                let a = input -> branch1x1: normed(192, 1x1);
                let b = input
                    -> branch7x7_1: normed(narrow, 1x1) -> branch7x7_2: normed(narrow, 1x7) -> branch7x7_3: normed(192, 7x1);
                let c = input
                    -> branch7x7dbl_1: normed(narrow, 1x1)
                    -> branch7x7dbl_2: normed(narrow, 7x1) -> branch7x7dbl_3: normed(narrow, 1x7)
                    -> branch7x7dbl_4: normed(narrow, 7x1) -> branch7x7dbl_5: normed(192, 1x7);
                let d = input -> avg_pool(3x3, stride = 1, padding = 1) -> branch_pool: normed(192, 1x1);
                a || b || c || d
            }

            block smallest() {
                let a = input -> branch3x3_1: normed(192, 1x1) -> branch3x3_2: normed(320, 3x3, stride = 2, padding = valid);
                let b = input
                    -> branch7x7x3_1: normed(192, 1x1) -> branch7x7x3_2: normed(192, 1x7) -> branch7x7x3_3: normed(192, 7x1)
                    -> branch7x7x3_4: normed(192, 3x3, stride = 2, padding = valid);
                let c = input -> max_pool(3x3, stride = 2);
                a || b || c
            }

            block figure7() {
                let a = input -> branch1x1: normed(320, 1x1);
                let b = input
                    -> branch3x3_1: normed(384, 1x1) -> branch3x3_2a: normed(384, 1x3)
                    -> || (branch3x3_1 -> branch3x3_2b: normed(384, 3x1));
                let c = input
                    -> branch3x3dbl_1: normed(448, 1x1) -> branch3x3dbl_2: normed(384, 3x3)
                    -> branch3x3dbl_3a: normed(384, 1x3)
                    -> || (branch3x3dbl_2 -> branch3x3dbl_3b: normed(384, 3x1));
                let d = input -> avg_pool(3x3, stride = 1, padding = 1) -> branch_pool: normed(192, 1x1);
                a || b || c || d
            }

            block auxiliary(classes) {
                input
                    -> avg_pool(5x5, stride = 3) -> conv0: normed(128, 1x1) -> conv1: normed(768, 5x5, padding = valid)
                    -> global_avg_pool -> flatten -> fc: linear(classes)
            }
        }
    };
}

/// GoogLeNet with batch norms: Szegedy et al., *Going Deeper with Convolutions* (2015), table 1. As in torchvision, 3x3 convolutions stand
/// for the 5x5 ones. Names: torchvision's `googlenet`, whose weights were made for images with channels from -1 to 1.
///
/// 3x224x224 -> 1000: 6,624,904 parameters, 1,498,376,192 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::googlenet! {
///     pub struct GoogLeNet
/// }
///
/// fn main() {
///     assert_eq!((GoogLeNet::PARAMETERS, GoogLeNet::MACS), (6_624_904, 1_498_376_192));
/// }
/// ```
///
/// With its auxiliary heads, which take part in training:
///
/// ```
/// athena::models::googlenet! {
///     pub struct Trained(3x224x224) -> (fc: 1000, aux1: 1000, aux2: 1000)
/// }
/// # fn main() {}
/// ```
#[doc(alias("InceptionV1"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __googlenet {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x224x224 -> 1000, __inceptions_of_googlenet } };
}

/// Inception v3: Szegedy et al., *Rethinking the Inception Architecture for Computer Vision* (2016), table 1.
/// Names: torchvision's `inception_v3`, whose weights were made for images with channels from -1 to 1.
///
/// 3x299x299 -> 1000: 23,834,568 parameters, 5,713,216,096 multiply-adds.
///
/// ```
/// use athena::Model;
///
/// athena::models::inception_v3! {
///     pub struct InceptionV3
/// }
///
/// fn main() {
///     assert_eq!((InceptionV3::PARAMETERS, InceptionV3::MACS), (23_834_568, 5_713_216_096));
/// }
/// ```
///
/// With its auxiliary heads, which take part in training:
///
/// ```
/// athena::models::inception_v3! {
///     pub struct Trained(3x299x299) -> (fc: 1000, AuxLogits: 1000)
/// }
/// # fn main() {}
/// ```
#[doc(alias("InceptionV3"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __inception_v3 {
    ($($network:tt)*) => { $crate::__define! { { $($network)* } 3x299x299 -> 1000, __inceptions_of_v3 } };
}
