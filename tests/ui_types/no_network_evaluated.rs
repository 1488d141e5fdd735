//! What is no network is trained and tested: one mistake.

use athena::prelude::*;

struct Other;

fn train(test: &Dataset<Image<3, 32, 32>, Classes<10>>) -> Result<(), athena::Error> {
    let trainer = Trainer::builder(Other).optimiser(Sgd::new()).build()?;
    println!("{}", trainer.evaluate(test)?);
    Ok(())
}

fn main() {}
