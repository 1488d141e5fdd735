//! Execution: what generated code calls, and the memory and threads it runs on.

pub mod threads;
