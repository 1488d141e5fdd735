//! Programs use the crate `athena`, of which this is a part: nothing here is stable, and each version of `athena` works with its own version of
//! this crate alone. It holds what the code that `resnet!` generates calls: memory, kernels, layers, losses and optimisers.
//!
//! No module imports from one behind it: `layout, ops, speed <- error <- float_control <- arena <- threads <- isa <- kernels <- exec <- user <-
//! onnx::graph <- layers <- loss <- model <- optim <- onnx`.
#![deny(unsafe_code)]
#![warn(missing_debug_implementations, clippy::missing_errors_doc, clippy::missing_panics_doc)]

#[doc(hidden)]
pub mod arena;
pub mod error;
#[doc(hidden)]
pub mod exec;
mod float_control;
#[doc(hidden)]
pub mod generated;
#[doc(hidden)]
pub mod isa;
mod kernels;
#[doc(hidden)]
pub mod layers;
#[doc(hidden)]
pub mod layout;
pub mod loss;
pub mod model;
#[cfg(feature = "onnx")]
pub mod onnx;
#[doc(hidden)]
pub mod ops;
pub mod optim;
#[doc(hidden)]
pub mod planning;
mod speed;
pub mod threads;
pub mod user;

pub use speed::SLOW_BUILD;
