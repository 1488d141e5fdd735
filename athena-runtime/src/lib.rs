//! The runtime under athena's generated code.
//!
//! `layout, arena <- threads <- isa <- kernels <- exec <- layers <- model <- loss, optim, onnx`; see ARCHITECTURE.md.
#![deny(unsafe_code)]

pub mod arena;
pub mod error;
pub mod exec;
mod float_control;
pub mod generated;
pub mod isa;
mod kernels;
pub mod layers;
pub mod layout;
pub mod loss;
pub mod model;
#[cfg(feature = "onnx")]
pub mod onnx;
pub mod ops;
pub mod optim;
#[doc(hidden)]
pub mod planning;
mod speed;
pub mod threads;
pub mod user;

pub use speed::SLOW_BUILD;
