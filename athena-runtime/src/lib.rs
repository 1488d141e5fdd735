//! The runtime under athena's generated code.
//!
//! `layout, arena <- isa <- kernels <- layers <- exec <- model <- loss, optim`; see ARCHITECTURE.md.
#![deny(unsafe_code)]

pub mod error;
pub mod isa;
pub mod kernels;
pub mod layout;
pub mod loss;
pub mod ops;
pub mod optim;
