//! A struct of inputs that lacks one.

use athena::prelude::*;

resnet! {
    struct Ward(scan: 1x8x8, history: 12) -> 5 {
        (scan -> flatten) || history -> linear(5)
    }
}

fn main() -> Result<(), athena::Error> {
    Ward::new(1).predict(WardInputs { scan: &[0.0; 64] })?;
    Ok(())
}
