//! The arithmetic: one image's maps in, one image's maps out, for each instruction set.

pub mod activation;
pub mod conv;
pub mod mix;
pub mod norm;
mod rows;
