//! Stochastic depth: in training, a branch is left out for some images.
//!
#![doc = athena_macros::__reference!(drop_path)]
//!
//! # Shapes
//!
//! Any map or vector, and the same shape comes out. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y = x / (1 - p)    with probability 1 - p, drawn for each image
//! y = 0              otherwise
//! ```
//!
//! Before the sum with its skip, it leaves the identity in place of a block (Huang et al. 2016; scaled in training as timm does). In
//! inference it does nothing. With `at` and `of`, p grows from block to block as in Huang et al., section 3: `drop_path(0.2, 3, 12)`
//! is the third of twelve blocks, which is left out with probability 0.2 * 3 / 12. Which images are dropped depends on the seed, the step, the layer and the image, never on the number of threads.
//!
//! # In PyTorch and Keras
//!
//! `DropPath(p)` of timm, `torchvision.ops.StochasticDepth(p, mode="row")`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(3x16x16) -> 10 {
//!         input -> conv(8, 3x3) -> 4 * unit(round + 1) -> global_avg_pool -> flatten -> linear(10)
//!     }
//!
//!     /// The last of the four is left out for one image in five.
//!     block unit(at) {
//!         input -> conv(8, 3x3) -> batch_norm -> relu -> drop_path(0.2, at, of = 4) -> + input
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let network = Net::new(0);
//!     let image = [0.5; 3 * 16 * 16];
//!     assert_eq!(network.predict(&image)?, network.predict(&image)?);
//!     Ok(())
//! }
//! ```
#![doc(alias("DropPath", "StochasticDepth", "stochastic depth", "drop_path_rate"))]
