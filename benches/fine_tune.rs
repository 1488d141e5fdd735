//! A training step of ResNet-18 on random images, without frozen layers and with a frozen trunk: `cargo bench --bench fine_tune`.

mod common;

use athena::Model;
use athena::data::Batch;
use athena::optim::Sgd;
use athena::train::Trainer;
use common::measure;

mod whole {
    athena::models::resnet18! { pub struct Whole }
}

mod head {
    athena::models::resnet18! {
        #[freeze(not(fc))]
        pub struct Head
    }
}

/// The last stage is trained, too.
mod tail {
    athena::models::resnet18! {
        #[freeze(not(layer4, fc))]
        pub struct Tail
    }
}

const BATCH: usize = 16;

fn main() {
    training_step::<whole::Whole>("everything learns");
    training_step::<tail::Tail>("the last stage and the head");
    training_step::<head::Head>("the head alone");
}

fn training_step<M: Model>(case: &str) {
    let numbers = BATCH * M::INPUT.iter().product::<usize>();
    let images: Vec<f32> = (0..numbers).map(|i| (i as f32 * 0.7).sin()).collect();
    let labels: Vec<u32> = (0..BATCH as u32).collect();
    let batch = Batch::new(images, labels).expect("whole images, and one label each");
    let optimiser = Sgd::new().learning_rate(1e-3).momentum(0.9).weight_decay(1e-4);
    let mut trainer = Trainer::builder(M::new(1)).optimiser(optimiser).build().expect("settings are in range");
    measure(case, BATCH, || trainer.step(&batch).expect("the batch fits, and the loss stays finite"));
}
