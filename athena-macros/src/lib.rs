//! The `resnet!` language: `parse -> lower -> infer -> check -> plan -> emit`.
#![deny(unsafe_code)]

#[allow(dead_code)]
mod emit;
#[allow(dead_code)]
mod ir;
#[allow(dead_code, unused_imports)]
mod plan;
#[cfg(test)]
mod snapshot;
