//! The arithmetic: one image's maps in, one image's maps out, for each instruction set.

pub mod activation;
pub(crate) mod channels;
pub mod conv;
pub(crate) mod copy;
pub mod linear;
pub mod mix;
pub mod norm;
pub mod pool;
pub(crate) mod rows;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
