//! Networks as values.

mod plan;
mod shape;

pub use plan::{LayerInfo, Plan, Sizes};
pub use shape::{ClassCount, Classes, Image, ImageShape};
