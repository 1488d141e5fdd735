//! A trainer is given a reference to a network, which it would own.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn train(network: &Net) -> Result<(), athena::Error> {
    let trainer = Trainer::builder(network).optimiser(Sgd::new()).build()?;
    trainer.model().save("net.safetensors")
}

fn main() {}
