//! The runtime under athena's generated code.
//!
//! `layout, arena <- isa <- kernels <- layers <- exec <- model <- loss, optim`; see ARCHITECTURE.md.
#![deny(unsafe_code)]

pub mod arena;
pub mod error;
pub mod exec;
pub mod generated;
pub mod isa;
pub mod kernels;
pub mod layers;
pub mod layout;
pub mod loss;
pub mod model;
#[cfg(feature = "onnx")]
pub mod onnx;
pub mod ops;
pub mod optim;
mod speed;
pub mod user;

pub use speed::SLOW_BUILD;
