//! A batch of CIFAR images for a network of larger ones.

use athena::prelude::*;

resnet! {
    struct Net(3x224x224) -> 1000 {
        input -> conv(16, 7x7, stride = 2) -> global_avg_pool -> flatten -> linear(1000)
    }
}

fn train(trainer: &mut Trainer<Net>, batch: &Batch<Image<3, 32, 32>, Classes<10>>) -> Result<(), athena::Error> {
    trainer.step(batch)?;
    Ok(())
}

fn main() {}
