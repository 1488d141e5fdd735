//! An observer that answers with what means nothing.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn train(trainer: &mut Trainer<Net>, loader: &mut Loader<Image<3, 32, 32>, Classes<10>>) -> Result<(), athena::Error> {
    trainer.fit_with(loader, 3, None, |trainer, _| trainer.model().parameter("conv1.bias").is_some())?;
    Ok(())
}

fn main() {}
