//! `build` is missing.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn train(loader: &mut Loader<Image<3, 32, 32>, Classes<10>>) -> Result<(), athena::Error> {
    let mut trainer = Trainer::builder(Net::new(1)).optimiser(Adam::new());
    trainer.fit(loader, 3)?;
    Ok(())
}

fn main() {}
