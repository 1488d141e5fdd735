//! Softmax: turns scores into probabilities, which are above 0 and sum to 1 for each image.
//!
#![doc = athena_macros::__reference!(softmax)]
//!
//! # Shapes
//!
//! The input is a vector, or a map of `C x H x W`, where the `C` values of each pixel become probabilities. The output has the
//! same shape. No parameters.
//!
//! # Formula
//!
//! ```text
//! y[i] = exp(x[i] - max(x)) / sum over j of exp(x[j] - max(x))
//! ```
//!
//! A network for [`CrossEntropy`](crate::loss::CrossEntropy) may end with softmax or without it, since this loss takes scores. If
//! softmax is the last step, the loss is computed from the scores before it, at no cost, and [`predict`](crate::Model::predict)
//! gives probabilities.
//!
//! # In PyTorch and Keras
//!
//! PyTorch: `nn.Softmax(dim=1)`, `F.softmax(x, dim=1)`. Keras: `Softmax()`. PyTorch's `CrossEntropyLoss` must not be used after a
//! softmax; athena's `CrossEntropy` may.
//!
//! # Example
//!
//! ```
//! use athena::prelude::*;
//!
//! resnet! {
//!     struct Net(1x1x3) -> 3 {
//!         input -> flatten -> softmax
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     let outputs = Net::new(0).predict(&[0.0, 2.0_f32.ln(), 5.0_f32.ln()])?;
//!     let expected = [1.0 / 8.0, 2.0 / 8.0, 5.0 / 8.0];
//!     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
//!     Ok(())
//! }
//! ```
#![doc(alias("Softmax", "LogSoftmax", "probabilities"))]
