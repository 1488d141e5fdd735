//! Instruction sets: sixteen-lane vectors of `f32` for each, and the choice between them, made once per process.
