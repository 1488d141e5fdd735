//! Dropout: in training, each value becomes 0 with probability `p`.
//!
#![doc = athena_macros::__reference!(dropout)]
//!
//! # Shapes
//!
//! The input is any map or vector; the output has the same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! training:    y = 0             with probability p
//!              y = x / (1 - p)   otherwise
//! inference:   y = x
//! ```
//!
//! Srivastava et al. (2014). Which values become 0 depends only on the seed, the step, the position of the image in the batch,
//! and the layer. So a training gives the same result on any number of threads.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Dropout(p)`. Keras: `Dropout(rate)`.
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
