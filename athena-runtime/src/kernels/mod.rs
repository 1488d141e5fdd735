//! The arithmetic: one image's maps in, one image's maps out, for each instruction set.

pub mod conv;
