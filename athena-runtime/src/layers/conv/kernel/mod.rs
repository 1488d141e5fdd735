//! Convolution: forward, backward-data and backward-weights over blocked maps.
//!
//! One image at a time. Forward and backward-data are loop nests of register tiles (`dense`, `grouped`): backward-data convolves the
//! output's gradient with transposed weights, one loop nest for each remainder of the stride. Backward-weights sums over pixels
//! (`dense_weights`, `grouped_weights`). No tile tests a border: the halo around each map is zero.

mod backward_data;
mod backward_weights;
mod dense;
mod dense_weights;
mod epilogue;
mod forward;
mod gather;
mod grouped;
mod grouped_weights;
mod loop_nest;
mod pack;
mod part;
mod shape;
#[cfg(test)]
mod tests;
mod tile;
pub mod winograd;

pub use backward_data::backward_data;
pub use backward_weights::{backward_bias, backward_weights};
pub use epilogue::Epilogue;
pub use forward::forward;
pub use pack::{pack, pack_blocks, transpose_weights, unpack, unpack_blocks};
pub use part::Part;
pub use shape::ConvShape;
