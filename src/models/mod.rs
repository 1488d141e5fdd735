//! Networks from papers.
//!
//! Each macro here defines one network: it declares a struct, as `resnet!` does. A program compiles only the networks that it
//! declares. If only the name is given, image shape and number of classes are those of the source; otherwise they are written as in
//! `resnet!`:
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
//! Weights of the source load without conversion. A new head keeps its random weights:
//!
//! ```no_run
//! use athena::prelude::*;
//!
//! athena::models::resnet50! { struct ResNet50 }
//! athena::models::resnet50! { struct Flowers(3x224x224) -> 102 }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let network = ResNet50::from_file("resnet50-0676ba61.pth")?; // torchvision's
//!     println!("{:?}", network.predict(&[0.0; 3 * 224 * 224])?);
//!
//!     let mut flowers = Flowers::new(0);
//!     println!("{}", flowers.load_partial("resnet50-0676ba61.pth")?); // all but `fc`
//!     Ok(())
//! }
//! ```
//!
//! Parameters have the names of the implementation that the page of each macro names, so its weights load. The table gives the
//! number of trainable scalars, and the multiply-adds of the convolutions and linear layers for one image of the source's size.
//!
//! | network | image and classes | parameters | multiply-adds |
//! |---|---|---|---|
//! | [`resnet18`](macro@resnet18) | 3x224x224 -> 1000 | 11,689,512 | 1,814,073,344 |
//! | [`resnet34`](macro@resnet34) | 3x224x224 -> 1000 | 21,797,672 | 3,663,761,408 |
//! | [`resnet50`](macro@resnet50) | 3x224x224 -> 1000 | 25,557,032 | 4,089,184,256 |
//! | [`resnet50_v1`](macro@resnet50_v1) | 3x224x224 -> 1000 | 25,557,032 | 3,857,973,248 |
//! | [`resnet101`](macro@resnet101) | 3x224x224 -> 1000 | 44,549,160 | 7,801,405,440 |
//! | [`resnet152`](macro@resnet152) | 3x224x224 -> 1000 | 60,192,808 | 11,513,626,624 |
//! | [`resnet50d`](macro@resnet50d) | 3x224x224 -> 1000 | 25,576,264 | 4,328,824,832 |
//! | [`resnet101d`](macro@resnet101d) | 3x224x224 -> 1000 | 44,568,392 | 8,041,046,016 |
//! | [`se_resnet50`](macro@se_resnet50) | 3x224x224 -> 1000 | 28,088,024 | 4,091,699,200 |
//! | [`wide_resnet50_2`](macro@wide_resnet50_2) | 3x224x224 -> 1000 | 68,883,240 | 11,398,021,120 |
//! | [`wide_resnet101_2`](macro@wide_resnet101_2) | 3x224x224 -> 1000 | 126,886,696 | 22,753,050,624 |
//! | [`resnext50_32x4d`](macro@resnext50_32x4d) | 3x224x224 -> 1000 | 25,028,904 | 4,230,479,872 |
//! | [`resnext101_32x8d`](macro@resnext101_32x8d) | 3x224x224 -> 1000 | 88,791,336 | 16,414,015,488 |
//! | [`densenet121`](macro@densenet121) | 3x224x224 -> 1000 | 7,978,856 | 2,834,161,664 |
//! | [`mobilenet_v2`](macro@mobilenet_v2) | 3x224x224 -> 1000 | 3,504,872 | 300,774,272 |
//! | [`resnet20`](macro@resnet20) | 3x32x32 -> 10 | 269,722 | 40,551,040 |
//! | [`resnet32`](macro@resnet32) | 3x32x32 -> 10 | 464,154 | 68,862,592 |
//! | [`resnet44`](macro@resnet44) | 3x32x32 -> 10 | 658,586 | 97,174,144 |
//! | [`resnet56`](macro@resnet56) | 3x32x32 -> 10 | 853,018 | 125,485,696 |
//! | [`resnet110`](macro@resnet110) | 3x32x32 -> 10 | 1,727,962 | 252,887,680 |
//! | [`resnet20_b`](macro@resnet20_b) | 3x32x32 -> 10 | 272,474 | 40,813,184 |
//! | [`resnet32_b`](macro@resnet32_b) | 3x32x32 -> 10 | 466,906 | 69,124,736 |
//! | [`resnet44_b`](macro@resnet44_b) | 3x32x32 -> 10 | 661,338 | 97,436,288 |
//! | [`resnet56_b`](macro@resnet56_b) | 3x32x32 -> 10 | 855,770 | 125,747,840 |
//! | [`resnet110_b`](macro@resnet110_b) | 3x32x32 -> 10 | 1,730,714 | 253,149,824 |
//! | [`preact_resnet110`](macro@preact_resnet110) | 3x32x32 -> 10 | 1,727,962 | 252,887,680 |
//! | [`preact_resnet164`](macro@preact_resnet164) | 3x32x32 -> 10 | 1,703,258 | 244,500,992 |
//! | [`preact_resnet1001`](macro@preact_resnet1001) | 3x32x32 -> 10 | 10,327,706 | 1,487,849,984 |
//! | [`wide_resnet16_4`](macro@wide_resnet16_4) | 3x32x32 -> 10 | 2,748,890 | 392,612,352 |
//! | [`wide_resnet28_10`](macro@wide_resnet28_10) | 3x32x32 -> 10 | 36,479,194 | 5,243,328,768 |
//!
//! If the network does not fit a shape, the compile error is at that shape:
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
