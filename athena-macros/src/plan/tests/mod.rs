//! The planner on hand-made and random networks: every program is run by an interpreter with its own idea of what the network
//! computes, and a few plans are compared word by word.

pub mod build;
mod cases;
mod machine;
mod random;
mod reference;
mod snapshots;
