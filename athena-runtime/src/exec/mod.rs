//! Execution: what generated code calls, and the memory and threads it runs on.
//!
//! [`Run`] is a whole batch, [`Pass`] one image in one phase of it. Their methods are thin typed shims over drivers that know no
//! const generics: a driver looks up slots and parameters and calls one kernel.

mod backward;
mod batch;
mod forward;
mod linear;
mod memory;
mod pass;
mod run;
mod shards;
pub mod threads;
mod user;

pub use pass::Pass;
pub use run::Run;

pub(crate) use memory::{Direction, Memory};
pub(crate) use run::{Learning, Masks};
