//! A learning rate as a whole number.

use athena::prelude::*;

fn optimiser() -> Sgd {
    Sgd::new().learning_rate(1)
}

fn main() {}
