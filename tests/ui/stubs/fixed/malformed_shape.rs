//! The rest of the program has no second error: the shape that was meant is the one that the types have.

use athena::prelude::*;

resnet! {
    struct Net(1x28x28) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn learn(train: &Dataset<Image<1, 28, 28>, Classes<10>>) -> Result<f64, Box<dyn std::error::Error>> {
    let mut loader = Loader::new(train, 64)?.shuffled();
    let mut trainer = Trainer::builder(Net::new(1)).optimiser(Sgd::new()).build()?;
    trainer.fit(&mut loader, 1)?;
    println!("{} {:?} {} {}", Net::summary(), Net::INPUT, Net::CLASSES, Net::PARAMETERS);
    Ok(trainer.evaluate(train)?.loss)
}

fn main() {}
