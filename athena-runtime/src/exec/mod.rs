//! Execution: what generated code calls, and the memory and threads it runs on.
//!
//! [`Run`] is a whole batch, [`Pass`] a group of its images in one phase. Their methods are thin typed shims over drivers that know no
//! const generics: a driver looks up slots and parameters and calls one kernel.

mod backward;
mod batch;
mod context;
mod convolution;
mod forward;
mod largest;
mod linear;
mod memory;
mod pass;
mod phase;
mod run;
mod shards;

pub use pass::Pass;
pub use phase::Phase;
pub use run::Run;

pub(crate) use context::{Context, Masks};
pub(crate) use largest::{Largest, largest};
pub(crate) use memory::{Direction, Memory};
pub(crate) use phase::most;
pub(crate) use run::Learning;
