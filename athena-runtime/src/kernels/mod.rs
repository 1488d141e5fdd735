//! The arithmetic: one image's maps in, one image's maps out, for each instruction set.

pub mod activation;
pub mod conv;
pub mod dropout;
pub mod linear;
pub mod mix;
pub mod multiply;
pub mod norm;
pub mod pointwise;
pub mod pool;
pub mod reshape;
mod rows;
pub mod softmax;
#[cfg(test)]
mod tests;
