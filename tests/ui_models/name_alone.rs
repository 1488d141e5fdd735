//! A name alone.

athena::models::resnet20! { Net }

fn main() {}
