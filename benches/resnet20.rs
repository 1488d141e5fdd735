//! Training steps and inference of ResNet-20 on random images: `cargo bench --bench resnet20`.

mod common;

use athena::Model;
use athena::data::Batch;
use athena::optim::Sgd;
use athena::train::Trainer;
use common::measure;

athena::models::resnet20_b! { struct ResNet20 }

fn main() {
    [32, 128].into_iter().for_each(training_step);
    [1, 8, 128].into_iter().for_each(inference);
}

/// Floats of a batch, spread over -1..1 by a linear congruential generator (Numerical Recipes, section 7.1).
fn images(count: usize) -> Vec<f32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state as f32 / (1_u32 << 31) as f32 - 1.0
    };
    (0..count * ResNet20::INPUT.iter().product::<usize>()).map(|_| next()).collect()
}

fn training_step(count: usize) {
    let labels: Vec<u32> = (0..count as u32).map(|image| image % 10).collect();
    let batch = Batch::new(images(count), labels).expect("whole images, and one label each");
    let optimiser = Sgd::new().learning_rate(0.01).momentum(0.9);
    let mut trainer = Trainer::builder(ResNet20::new(1)).optimiser(optimiser).build().expect("settings are in range");
    measure(&format!("training step, batch {count}"), count, || {
        trainer.step(&batch).expect("the batch fits, and the loss stays finite")
    });
}

fn inference(count: usize) {
    let (network, images) = (ResNet20::new(1), images(count));
    measure(&format!("inference, batch {count}"), count, || network.predict(&images).expect("whole images"));
}
