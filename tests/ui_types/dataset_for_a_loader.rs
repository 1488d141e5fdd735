//! A data set instead of a loader.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn train(trainer: &mut Trainer<Net>, train: &Dataset<Image<3, 32, 32>, Classes<10>>) -> Result<(), athena::Error> {
    trainer.fit(train, 3)?;
    Ok(())
}

fn main() {}
