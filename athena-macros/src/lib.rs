//! The `resnet!` language: `parse -> lower -> infer -> check -> plan -> emit`.
#![deny(unsafe_code)]

#[allow(dead_code)]
mod ir;
