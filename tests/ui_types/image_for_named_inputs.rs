//! An image for a network that takes several inputs.

use athena::prelude::*;

resnet! {
    struct Ward(scan: 1x8x8, history: 12) -> 5 {
        (scan -> flatten) || history -> linear(5)
    }
}

fn main() -> Result<(), athena::Error> {
    Ward::new(1).predict(&[0.0; 64])?;
    Ok(())
}
