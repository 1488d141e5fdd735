//! athena: residual networks as a compile-time language.
#![deny(unsafe_code)]

pub mod data;
mod macros;
#[cfg(feature = "models")]
pub mod models;
pub mod prelude;
pub mod train;

pub use athena_runtime::error::Error;
pub use athena_runtime::exec::threads;
pub use athena_runtime::model::{
    ClassCount, Classes, Image, ImageShape, InferenceWorkspace, LoadReport, Model, TrainingWorkspace,
};
#[cfg(feature = "onnx")]
pub use athena_runtime::onnx;
/// Layers of your own.
#[doc(inline)]
pub use athena_runtime::user as layer;
pub use athena_runtime::{loss, optim};

#[doc(hidden)]
pub use athena_macros::__resnet;
/// The words of the language, for editors: generated code mentions them where the user wrote them.
#[doc(hidden)]
pub mod __words {
    athena_macros::__words! {}
}
/// What generated code calls.
#[doc(hidden)]
pub use athena_runtime::generated as __private;

/// README.md's programs compile; one of them exports a network as ONNX.
#[cfg(all(doctest, feature = "onnx"))]
#[doc = include_str!("../README.md")]
struct Readme;
