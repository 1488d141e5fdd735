//! No struct at all.

athena::models::resnet20! {}

fn main() {}
