//! The learning rate where PyTorch has it.

use athena::prelude::*;

fn optimiser() -> Sgd {
    Sgd::new(0.1).momentum(0.9)
}

fn main() {}
