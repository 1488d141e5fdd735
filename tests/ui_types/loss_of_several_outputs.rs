//! One loss for several outputs.

use athena::prelude::*;

resnet! {
    struct Net(1x8x8) -> (class: 5, corners: 4) {
        let vector = input -> flatten;
        let class = vector -> linear(5);
        let corners = vector -> linear(4);
    }
}

fn main() -> Result<(), athena::Error> {
    Trainer::builder(Net::new(1)).loss(CrossEntropy::new()).build()?;
    Ok(())
}
