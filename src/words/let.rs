//! Gives a name to the value of a chain.
//!
//! ```text
//! let name = chain;
//! ```
//!
//! `let`s stand before the last chain of the body, and a name is known after its `let`. It may be used any number of times, as
//! the start of a chain (`name -> conv(16, 3x3)`) or as an operand (`-> + name`). It names a value, not parameters:
//! [labels](crate::resnet#labels-and-parameter-paths) name those.
//!
//! A label also names a value, within a chain: `-> stem: conv(16, 3x3) -> ... -> + stem`.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(3x16x16) -> 10 {
//!         let stem = input -> conv(16, 3x3) -> batch_norm -> relu;
//!         let near = stem -> conv(16, 3x3) -> batch_norm;
//!         let far = stem -> conv(16, 3x3, dilation = 2) -> batch_norm;
//!         near + far + stem -> relu -> global_avg_pool -> flatten -> linear(10)
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let scores = Net::new(1).predict(&[0.5; 3 * 16 * 16])?;
//!     assert_eq!(scores.len(), 10);
//!     Ok(())
//! }
//! ```
#![doc(alias("input_list", "layer_id", "functional API"))]
