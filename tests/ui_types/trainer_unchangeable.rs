//! A trainer that may not change.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn train(train: &Dataset<Image<3, 32, 32>, Classes<10>>) -> Result<(), athena::Error> {
    let mut loader = Loader::new(train, 128)?;
    let trainer = Trainer::builder(Net::new(1)).build()?;
    trainer.fit(&mut loader, 3)?;
    Ok(())
}

fn main() {}
