//! Code that the tests of whole networks share.
#![allow(dead_code, reason = "each test program uses a part")]

pub mod generate;
pub mod reference;
pub mod targets;
pub mod trial;
