//! A data set of another shape is trained on.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn train(trainer: &mut Trainer<Net>, digits: &Dataset<Image<1, 28, 28>, Classes<10>>) -> Result<(), athena::Error> {
    let mut loader = Loader::new(digits, 128)?;
    trainer.fit(&mut loader, 3)?;
    Ok(())
}

fn main() {}
