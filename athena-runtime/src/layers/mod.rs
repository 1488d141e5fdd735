//! Handles: what generated code names its layers and operands with.
//!
//! A handle is a constant that knows where its parameters lie and, in its type, what it takes and gives. So rustc checks once
//! more that the planner's shapes fit. Behind the types stand plain structs (`ConvInfo`, `NormInfo`, `LinearInfo`), which the drivers
//! and the kernels work with.

mod batch_norm;
mod concat;
mod conv;
mod dropout;
mod flatten;
mod linear;
mod multiply;
mod operand;
mod pad;
mod parameter;
mod softmax;
mod subsample;
mod user;

pub use batch_norm::{BatchNorm, NormInfo};
pub use concat::Part;
pub use conv::{Conv, ConvInfo};
pub use linear::{Linear, LinearInfo};
pub use operand::{MOST_TERMS, Sums, SumsInfo, Term, TermInfo};
pub use parameter::{Parameter, Storage};

pub use crate::layout::Range;

pub use crate::kernels::conv::ConvShape;
