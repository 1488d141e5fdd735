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
//! | [`alexnet`](macro@alexnet) | 3x224x224 -> 1000 | 61,100,840 | 714,188,480 |
//! | [`vgg11`](macro@vgg11) | 3x224x224 -> 1000 | 132,863,336 | 7,609,090,048 |
//! | [`vgg11_bn`](macro@vgg11_bn) | 3x224x224 -> 1000 | 132,868,840 | 7,609,090,048 |
//! | [`vgg13`](macro@vgg13) | 3x224x224 -> 1000 | 133,047,848 | 11,308,466,176 |
//! | [`vgg13_bn`](macro@vgg13_bn) | 3x224x224 -> 1000 | 133,053,736 | 11,308,466,176 |
//! | [`vgg16`](macro@vgg16) | 3x224x224 -> 1000 | 138,357,544 | 15,470,264,320 |
//! | [`vgg16_bn`](macro@vgg16_bn) | 3x224x224 -> 1000 | 138,365,992 | 15,470,264,320 |
//! | [`vgg19`](macro@vgg19) | 3x224x224 -> 1000 | 143,667,240 | 19,632,062,464 |
//! | [`vgg19_bn`](macro@vgg19_bn) | 3x224x224 -> 1000 | 143,678,248 | 19,632,062,464 |
//! | [`squeezenet1_0`](macro@squeezenet1_0) | 3x224x224 -> 1000 | 1,248,424 | 818,924,576 |
//! | [`squeezenet1_1`](macro@squeezenet1_1) | 3x224x224 -> 1000 | 1,235,496 | 349,151,936 |
//! | [`googlenet`](macro@googlenet) | 3x224x224 -> 1000 | 6,624,904 | 1,498,376,192 |
//! | [`inception_v3`](macro@inception_v3) | 3x299x299 -> 1000 | 23,834,568 | 5,713,216,096 |
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
//! | [`resnext101_64x4d`](macro@resnext101_64x4d) | 3x224x224 -> 1000 | 83,455,272 | 15,460,270,080 |
//! | [`densenet121`](macro@densenet121) | 3x224x224 -> 1000 | 7,978,856 | 2,834,161,664 |
//! | [`densenet161`](macro@densenet161) | 3x224x224 -> 1000 | 28,681,000 | 7,727,907,072 |
//! | [`densenet169`](macro@densenet169) | 3x224x224 -> 1000 | 14,149,480 | 3,359,843,328 |
//! | [`densenet201`](macro@densenet201) | 3x224x224 -> 1000 | 20,013,928 | 4,291,365,888 |
//! | [`mobilenet_v2`](macro@mobilenet_v2) | 3x224x224 -> 1000 | 3,504,872 | 300,774,272 |
//! | [`mobilenet_v3_large`](macro@mobilenet_v3_large) | 3x224x224 -> 1000 | 5,483,032 | 216,589,760 |
//! | [`mobilenet_v3_small`](macro@mobilenet_v3_small) | 3x224x224 -> 1000 | 2,542,856 | 56,510,400 |
//! | [`mnasnet0_5`](macro@mnasnet0_5) | 3x224x224 -> 1000 | 2,218,512 | 104,455,968 |
//! | [`mnasnet0_75`](macro@mnasnet0_75) | 3x224x224 -> 1000 | 3,170,208 | 215,493,104 |
//! | [`mnasnet1_0`](macro@mnasnet1_0) | 3x224x224 -> 1000 | 4,383,312 | 314,415,872 |
//! | [`mnasnet1_3`](macro@mnasnet1_3) | 3x224x224 -> 1000 | 6,282,256 | 526,362,432 |
//! | [`shufflenet_v2_x0_5`](macro@shufflenet_v2_x0_5) | 3x224x224 -> 1000 | 1,366,792 | 40,476,448 |
//! | [`shufflenet_v2_x1_0`](macro@shufflenet_v2_x1_0) | 3x224x224 -> 1000 | 2,278,604 | 144,907,992 |
//! | [`shufflenet_v2_x1_5`](macro@shufflenet_v2_x1_5) | 3x224x224 -> 1000 | 3,503,624 | 295,759,392 |
//! | [`shufflenet_v2_x2_0`](macro@shufflenet_v2_x2_0) | 3x224x224 -> 1000 | 7,393,996 | 583,253,464 |
//! | [`efficientnet_b0`](macro@efficientnet_b0) | 3x224x224 -> 1000 | 5,288,548 | 385,814,752 |
//! | [`efficientnet_b1`](macro@efficientnet_b1) | 3x240x240 -> 1000 | 7,794,184 | 686,802,832 |
//! | [`efficientnet_b2`](macro@efficientnet_b2) | 3x288x288 -> 1000 | 9,109,994 | 1,087,529,456 |
//! | [`efficientnet_b3`](macro@efficientnet_b3) | 3x300x300 -> 1000 | 12,233,232 | 1,827,141,392 |
//! | [`efficientnet_b4`](macro@efficientnet_b4) | 3x380x380 -> 1000 | 19,341,616 | 4,393,771,024 |
//! | [`efficientnet_b5`](macro@efficientnet_b5) | 3x456x456 -> 1000 | 30,389,784 | 10,266,384,752 |
//! | [`efficientnet_b6`](macro@efficientnet_b6) | 3x528x528 -> 1000 | 43,040,704 | 19,067,593,536 |
//! | [`efficientnet_b7`](macro@efficientnet_b7) | 3x600x600 -> 1000 | 66,347,960 | 37,745,884,192 |
//! | [`efficientnet_v2_s`](macro@efficientnet_v2_s) | 3x384x384 -> 1000 | 21,458,488 | 8,365,617,152 |
//! | [`efficientnet_v2_m`](macro@efficientnet_v2_m) | 3x480x480 -> 1000 | 54,139,356 | 24,582,460,384 |
//! | [`efficientnet_v2_l`](macro@efficientnet_v2_l) | 3x480x480 -> 1000 | 118,515,272 | 56,079,699,008 |
//! | [`regnet_x_400mf`](macro@regnet_x_400mf) | 3x224x224 -> 1000 | 5,495,976 | 413,812,608 |
//! | [`regnet_x_800mf`](macro@regnet_x_800mf) | 3x224x224 -> 1000 | 7,259,656 | 799,699,712 |
//! | [`regnet_x_1_6gf`](macro@regnet_x_1_6gf) | 3x224x224 -> 1000 | 9,190,136 | 1,602,849,792 |
//! | [`regnet_x_3_2gf`](macro@regnet_x_3_2gf) | 3x224x224 -> 1000 | 15,296,552 | 3,176,621,952 |
//! | [`regnet_x_8gf`](macro@regnet_x_8gf) | 3x224x224 -> 1000 | 39,572,648 | 7,995,132,416 |
//! | [`regnet_x_16gf`](macro@regnet_x_16gf) | 3x224x224 -> 1000 | 54,278,536 | 15,940,755,456 |
//! | [`regnet_x_32gf`](macro@regnet_x_32gf) | 3x224x224 -> 1000 | 107,811,560 | 31,735,929,792 |
//! | [`regnet_y_400mf`](macro@regnet_y_400mf) | 3x224x224 -> 1000 | 4,344,144 | 401,842,848 |
//! | [`regnet_y_800mf`](macro@regnet_y_800mf) | 3x224x224 -> 1000 | 6,432,512 | 833,856,256 |
//! | [`regnet_y_1_6gf`](macro@regnet_y_1_6gf) | 3x224x224 -> 1000 | 11,202,430 | 1,612,076,160 |
//! | [`regnet_y_3_2gf`](macro@regnet_y_3_2gf) | 3x224x224 -> 1000 | 19,436,338 | 3,176,482,752 |
//! | [`regnet_y_8gf`](macro@regnet_y_8gf) | 3x224x224 -> 1000 | 39,381,472 | 8,473,070,592 |
//! | [`regnet_y_16gf`](macro@regnet_y_16gf) | 3x224x224 -> 1000 | 83,590,140 | 15,911,510,272 |
//! | [`regnet_y_32gf`](macro@regnet_y_32gf) | 3x224x224 -> 1000 | 145,046,770 | 32,279,552,832 |
//! | [`regnet_y_128gf`](macro@regnet_y_128gf) | 3x224x224 -> 1000 | 644,812,894 | 127,517,815,680 |
//! | [`convnext_tiny`](macro@convnext_tiny) | 3x224x224 -> 1000 | 28,589,128 | 4,455,531,264 |
//! | [`convnext_small`](macro@convnext_small) | 3x224x224 -> 1000 | 50,223,688 | 8,683,712,256 |
//! | [`convnext_base`](macro@convnext_base) | 3x224x224 -> 1000 | 88,591,464 | 15,354,729,472 |
//! | [`convnext_large`](macro@convnext_large) | 3x224x224 -> 1000 | 197,767,336 | 34,361,433,600 |
//! | [`fcn_resnet50`](macro@fcn_resnet50) | 3x520x520 -> 21x520x520 | 32,957,013 | 142,725,772,800 |
//! | [`deeplabv3_resnet50`](macro@deeplabv3_resnet50) | 3x520x520 -> 21x520x520 | 39,638,869 | 168,731,205,888 |
//! | [`unet`](macro@unet) | 3x256x256 -> 2x256x256 | 31,037,698 | 48,171,581,440 |
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

mod alexnet;
mod cifar;
mod convnext;
mod define;
mod densenet;
mod efficientnet;
mod imagenet;
mod inception;
mod mnasnet;
mod mobilenet;
mod mobilenet_v3;
mod pre_activation;
mod regnet;
mod resnet_d;
mod segmentation;
mod shufflenet;
mod squeeze;
mod squeezenet;
mod vgg;
mod wide;

#[doc(inline)]
pub use crate::{
    __alexnet as alexnet, __convnext_base as convnext_base, __convnext_large as convnext_large,
    __convnext_small as convnext_small, __convnext_tiny as convnext_tiny, __deeplabv3_resnet50 as deeplabv3_resnet50,
    __densenet121 as densenet121, __densenet161 as densenet161, __densenet169 as densenet169,
    __densenet201 as densenet201, __efficientnet_b0 as efficientnet_b0, __efficientnet_b1 as efficientnet_b1,
    __efficientnet_b2 as efficientnet_b2, __efficientnet_b3 as efficientnet_b3, __efficientnet_b4 as efficientnet_b4,
    __efficientnet_b5 as efficientnet_b5, __efficientnet_b6 as efficientnet_b6, __efficientnet_b7 as efficientnet_b7,
    __efficientnet_v2_l as efficientnet_v2_l, __efficientnet_v2_m as efficientnet_v2_m,
    __efficientnet_v2_s as efficientnet_v2_s, __fcn_resnet50 as fcn_resnet50, __googlenet as googlenet,
    __inception_v3 as inception_v3, __mnasnet0_5 as mnasnet0_5, __mnasnet0_75 as mnasnet0_75,
    __mnasnet1_0 as mnasnet1_0, __mnasnet1_3 as mnasnet1_3, __mobilenet_v2 as mobilenet_v2,
    __mobilenet_v3_large as mobilenet_v3_large, __mobilenet_v3_small as mobilenet_v3_small,
    __preact_resnet110 as preact_resnet110, __preact_resnet164 as preact_resnet164,
    __preact_resnet1001 as preact_resnet1001, __regnet_x_1_6gf as regnet_x_1_6gf, __regnet_x_3_2gf as regnet_x_3_2gf,
    __regnet_x_8gf as regnet_x_8gf, __regnet_x_16gf as regnet_x_16gf, __regnet_x_32gf as regnet_x_32gf,
    __regnet_x_400mf as regnet_x_400mf, __regnet_x_800mf as regnet_x_800mf, __regnet_y_1_6gf as regnet_y_1_6gf,
    __regnet_y_3_2gf as regnet_y_3_2gf, __regnet_y_8gf as regnet_y_8gf, __regnet_y_16gf as regnet_y_16gf,
    __regnet_y_32gf as regnet_y_32gf, __regnet_y_128gf as regnet_y_128gf, __regnet_y_400mf as regnet_y_400mf,
    __regnet_y_800mf as regnet_y_800mf, __resnet18 as resnet18, __resnet20 as resnet20, __resnet20_b as resnet20_b,
    __resnet32 as resnet32, __resnet32_b as resnet32_b, __resnet34 as resnet34, __resnet44 as resnet44,
    __resnet44_b as resnet44_b, __resnet50 as resnet50, __resnet50_v1 as resnet50_v1, __resnet50d as resnet50d,
    __resnet56 as resnet56, __resnet56_b as resnet56_b, __resnet101 as resnet101, __resnet101d as resnet101d,
    __resnet110 as resnet110, __resnet110_b as resnet110_b, __resnet152 as resnet152,
    __resnext50_32x4d as resnext50_32x4d, __resnext101_32x8d as resnext101_32x8d,
    __resnext101_64x4d as resnext101_64x4d, __se_resnet50 as se_resnet50, __shufflenet_v2_x0_5 as shufflenet_v2_x0_5,
    __shufflenet_v2_x1_0 as shufflenet_v2_x1_0, __shufflenet_v2_x1_5 as shufflenet_v2_x1_5,
    __shufflenet_v2_x2_0 as shufflenet_v2_x2_0, __squeezenet1_0 as squeezenet1_0, __squeezenet1_1 as squeezenet1_1,
    __unet as unet, __vgg11 as vgg11, __vgg11_bn as vgg11_bn, __vgg13 as vgg13, __vgg13_bn as vgg13_bn,
    __vgg16 as vgg16, __vgg16_bn as vgg16_bn, __vgg19 as vgg19, __vgg19_bn as vgg19_bn,
    __wide_resnet16_4 as wide_resnet16_4, __wide_resnet28_10 as wide_resnet28_10, __wide_resnet50_2 as wide_resnet50_2,
    __wide_resnet101_2 as wide_resnet101_2,
};
