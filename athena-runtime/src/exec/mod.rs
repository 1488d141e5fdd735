//! Execution: runs a batch through a network, phase by phase, and has its memory. It knows no layer.
//!
//! [`Run`] is a whole batch, and [`Pass`] a group of its images in one phase. The layers add methods to both, which generated code calls.

mod accumulators;
mod blocks;
mod context;
mod largest;
mod memory;
mod pass;
mod phase;
mod run;
mod shards;

pub use pass::Pass;
pub use phase::{MOST_MICRO_BATCH, Phase, Sizes, Working};
pub use run::Run;

pub(crate) use context::{Context, Masks};
pub(crate) use largest::{Largest, largest};
pub(crate) use memory::{Direction, Memory};
pub(crate) use pass::Single;
pub(crate) use phase::{MOST_SHARDS, most};
pub(crate) use run::Learning;
