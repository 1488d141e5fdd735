//! Training steps and inference of ResNet-20 on random images: `cargo bench --bench resnet20`.

#![allow(missing_docs, reason = "divan's attribute makes items of its own")]

use athena::Model;
use athena::data::Batch;
use athena::optim::Sgd;
use athena::train::Trainer;
use divan::counter::ItemsCount;

athena::models::resnet20_b! { struct ResNet20 }

fn main() {
    divan::main();
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

#[divan::bench(args = [32, 128])]
fn training_step(bencher: divan::Bencher, count: usize) {
    let labels: Vec<u32> = (0..count as u32).map(|image| image % 10).collect();
    let batch = Batch::new(images(count), labels).expect("whole images, and one label each");
    let optimiser = Sgd::new().learning_rate(0.01).momentum(0.9);
    let mut trainer =
        Trainer::builder(ResNet20::new(1)).batch(count).optimiser(optimiser).build().expect("settings are in range");
    bencher
        .counter(ItemsCount::new(count))
        .bench_local(|| trainer.step(&batch).expect("the batch fits, and the loss stays finite"));
}

#[divan::bench(args = [1, 8, 128])]
fn inference(bencher: divan::Bencher, count: usize) {
    let (network, images) = (ResNet20::new(1), images(count));
    bencher.counter(ItemsCount::new(count)).bench_local(|| network.predict(&images).expect("whole images"));
}
