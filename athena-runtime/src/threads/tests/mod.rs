//! Pools, turns and regions.

#[cfg(loom)]
mod model;
#[cfg(not(loom))]
mod pools;
#[cfg(not(loom))]
mod turns;
