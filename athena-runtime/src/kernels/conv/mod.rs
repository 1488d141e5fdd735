//! Convolution: forward, backward-data and backward-weights over blocked maps.

mod pack;
mod shape;

pub use pack::{derive, pack, unpack};
pub use shape::ConvShape;
