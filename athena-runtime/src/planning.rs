//! Constants and rules that the planner uses. The planner is in athena-macros, which cannot depend on this crate, so it has
//! copies. The facade compares the two when it is compiled (`athena_macros::__planning_checks!`).

pub use crate::exec::MOST_MICRO_BATCH;
pub use crate::layers::conv::ConvShape;
pub use crate::layers::conv::kernel::winograd::TILE as WINOGRAD_TILE;
pub use crate::layers::elementwise::MOST_TERMS;
pub use crate::layout::LANES;
pub use crate::ops::{Pool, Window};
