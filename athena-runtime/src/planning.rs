//! What networks are planned with: the planner, in athena-macros, cannot read it here and has it a second time. The facade compares the two
//! where it is compiled (`athena_macros::__planning_checks!`).

pub use crate::exec::MOST_MICRO_BATCH;
pub use crate::layers::conv::ConvShape;
pub use crate::layers::conv::kernel::winograd::TILE as WINOGRAD_TILE;
pub use crate::layers::elementwise::MOST_TERMS;
pub use crate::layout::LANES;
pub use crate::ops::{Pool, Window};
