//! Declares the output shape of a layer of your own.
//!
//! ```text
//! -> crate::Upsample as 16x16x16
//! -> my::Embed as 10
//! ```
//!
//! A step that is a path of at least two names is a layer of your own (see [`layer`](crate::layer)): `crate::Mish`, `self::Mish`,
//! `my::Scaled(0.5)`, `my::Swish { beta: 1.5 }`. It is a Rust expression of constants; a closure may be one of them, as in
//! `my::Map(|x| 2.0 * x)`. The macro does not know its type. So if the layer changes the shape, the output shape stands after
//! `as`: channels x height x width, or one number for a vector. rustc compares it with the type's
//! [`OUTPUT`](crate::layer::Layer::OUTPUT) while the program compiles. Without `as`, the output has the shape of the input.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: a subclass of `torch.autograd.Function`. Keras: a subclass of `keras.Layer`.
//!
//! # Example
//!
//! ```
//! use athena::layer::{Layer, Pointwise};
//! use athena::prelude::*;
//!
//! /// x * factor.
//! struct Scaled(f32);
//!
//! impl Pointwise for Scaled {
//!     fn forward(&self, x: f32) -> f32 {
//!         self.0 * x
//!     }
//!
//!     fn derivative(&self, _: f32) -> f32 {
//!         self.0
//!     }
//! }
//!
//! /// Half of each row.
//! struct Left;
//!
//! impl<const C: usize, const H: usize, const W: usize> Layer<C, H, W> for Left {
//!     const OUTPUT: [usize; 3] = [C, H, W / 2];
//!
//!     fn forward(&self, x: &[f32], y: &mut [f32]) {
//!         for (y, x) in y.chunks_exact_mut(W / 2).zip(x.chunks_exact(W)) {
//!             y.copy_from_slice(&x[..W / 2]);
//!         }
//!     }
//!
//!     fn backward(&self, _: &[f32], dy: &[f32], dx: &mut [f32]) {
//!         for (dy, dx) in dy.chunks_exact(W / 2).zip(dx.chunks_exact_mut(W)) {
//!             dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += dy);
//!         }
//!     }
//! }
//!
//! resnet! {
//!     struct Net(1x2x4) -> 4 {
//!         input -> self::Scaled(10.0) -> self::Left as 1x2x2 -> flatten
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])?;
//!     assert_eq!(outputs, [10.0, 20.0, 50.0, 60.0]);
//!     Ok(())
//! }
//! ```
#![doc(alias("custom layer", "autograd.Function", "keras.Layer", "Lambda", "own layer"))]
