//! The networks of the papers, ready to be named.
//!
//! Each macro here is the definition of one network: it declares a struct, as `resnet!` does, and nothing is compiled for a network
//! that no program declares. With the name alone it has the image and the classes of its source; with a shape and a number of
//! classes in the language's notation, those:
//!
//! ```
//! use athena::Model;
//!
//! athena::models::resnet20! {
//!     /// ResNet-20 for CIFAR-10: 3x32x32 -> 10.
//!     pub struct Small
//! }
//!
//! athena::models::resnet20! {
//!     /// The same for the 100 classes of CIFAR-100, and larger images.
//!     pub struct Large(3x64x64) -> 100
//! }
//!
//! assert_eq!(Small::PARAMETERS, 269_722);
//! assert_eq!((Large::INPUT, Large::CLASSES), ([3, 64, 64], 100));
//! ```
//!
//! Parameters have the names of the implementation that each macro states, so that its weights load as they are. Parameters count
//! learnable scalars; multiply-adds are those of the convolutions and linear layers, for one image of the size of the source.
//! A shape that does not fit the network is the language's own compile error, on that shape:
//!
//! ```compile_fail
//! // error: a window of height 2 does not fit into 256x1x1
//! athena::models::densenet121! { struct TooSmall(3x8x8) -> 10 }
//! ```

mod cifar;
mod define;
mod densenet;
mod imagenet;
mod mobilenet;
mod pre_activation;
mod resnet_d;
mod squeeze;
mod wide;

#[doc(inline)]
pub use crate::{
    __densenet121 as densenet121, __mobilenet_v2 as mobilenet_v2, __preact_resnet110 as preact_resnet110,
    __preact_resnet164 as preact_resnet164, __preact_resnet1001 as preact_resnet1001, __resnet18 as resnet18,
    __resnet20 as resnet20, __resnet20_b as resnet20_b, __resnet32 as resnet32, __resnet32_b as resnet32_b,
    __resnet34 as resnet34, __resnet44 as resnet44, __resnet44_b as resnet44_b, __resnet50 as resnet50,
    __resnet50_v1 as resnet50_v1, __resnet50d as resnet50d, __resnet56 as resnet56, __resnet56_b as resnet56_b,
    __resnet101 as resnet101, __resnet101d as resnet101d, __resnet110 as resnet110, __resnet110_b as resnet110_b,
    __resnet152 as resnet152, __resnext50_32x4d as resnext50_32x4d, __resnext101_32x8d as resnext101_32x8d,
    __se_resnet50 as se_resnet50, __wide_resnet16_4 as wide_resnet16_4, __wide_resnet28_10 as wide_resnet28_10,
    __wide_resnet50_2 as wide_resnet50_2, __wide_resnet101_2 as wide_resnet101_2,
};
