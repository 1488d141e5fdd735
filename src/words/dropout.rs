//! Dropout: in training, each number becomes 0 with probability `p`.
//!
#![doc = athena_macros::__reference!(dropout)]
//!
//! # Shapes
//!
//! Any map or vector, and the same shape comes out. Without parameters.
//!
//! # Formula
//!
//! ```text
//! training:    y = 0             with probability p
//!              y = x / (1 - p)   otherwise
//! inference:   y = x
//! ```
//!
//! (Srivastava et al. 2014.) Which numbers vanish follows from the seed, the step, the image's place in the batch and the layer alone, so that
//! a run is the same on any number of threads.
//!
//! # In PyTorch and Keras
//!
//! `nn.Dropout(p)` and `Dropout(rate)`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x2x2) -> 4 {
//!         input -> flatten -> dropout(0.5)
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let image = [1.0, 2.0, 3.0, 4.0];
//!     assert_eq!(Net::new(0).predict(&image)?, image); // nothing is dropped in inference
//!     Ok(())
//! }
//! ```
#![doc(alias("Dropout", "Dropout2d"))]
