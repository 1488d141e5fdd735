//! Code that the kernels of several layers share: rows of blocked maps, copies, and helpers for tests.

pub(crate) mod channels;
pub(crate) mod copy;
#[cfg(test)]
pub(crate) mod oracle;
pub(crate) mod rows;
#[cfg(test)]
pub(crate) mod testing;
