//! Scores as probabilities: each is above 0, and all of an image's add up to 1.
//!
#![doc = athena_macros::__reference!(softmax)]
//!
//! # Shapes
//!
//! A vector, or a map of `C x H x W`, whose `C` numbers at each pixel become probabilities. The same shape comes out. Without parameters.
//!
//! # Formula
//!
//! ```text
//! y[i] = exp(x[i] - max(x)) / sum over j of exp(x[j] - max(x))
//! ```
//!
//! A network need not end with it: [`CrossEntropy`](crate::loss::CrossEntropy) takes scores. Where it is the last step, it costs training
//! nothing, since the loss is computed from the scores before it, and [`predict`](crate::Model::predict) gives probabilities.
//!
//! # In PyTorch and Keras
//!
//! `nn.Softmax(dim=1)`, `F.softmax(x, dim=1)` and `Softmax()`. PyTorch's `CrossEntropyLoss` must not stand behind a softmax; here it may.
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
