//! Compares a network with generated weights with its reference.

use super::generate::{self, Kind};
use super::reference::{Reference, TOLERANCE};
use athena::data::Batch;
use athena::loss::{CrossEntropy, Loss, MeanSquaredError};
use athena::optim::{Adam, Sgd};
use athena::train::{Trainer, TrainerBuilder};
use athena::{Model, TrainingWorkspace};

const STEPS: usize = 5;

/// The largest difference of the weights from the reference's, relative to their change since the start, for all parameters
/// together. A mistake in an optimiser's formula shows here, however small its steps are.
const SGD_MOVEMENT: f64 = 2e-3;
/// The same for Adam. It divides gradients by their own magnitude, so parameters whose gradients are only rounding errors change, too.
/// The script states which part of it float32 needs.
const ADAM_MOVEMENT: f64 = 3e-2;

/// The batches that the generated weights have seen before.
const BATCHES_BEFORE: f32 = 7.0;

/// Compares `M` with everything that the reference file of `case` holds.
///
/// # Panics
/// Lists every tensor whose difference is above the tolerance.
pub fn check<M: Model + Clone>(case: &str) {
    let mut trial = Trial::<M>::new(case);
    trial.first_batch();
    trial.five_steps("sgd", SGD_MOVEMENT);
    trial.five_steps("adam", ADAM_MOVEMENT);
    for (group, (error, name)) in &trial.worst {
        println!("{case}: {group} {error:.1e} ({name})");
    }
    assert!(trial.problems.is_empty(), "{case} differs from PyTorch:\n  {}", trial.problems.join("\n  "));
}

/// A network with its generated initial weights, and the differences found so far.
pub struct Trial<M: Model> {
    reference: Reference,
    batch: Batch<M::Image, M::Classes>,
    /// The network before its first step.
    pub start: M,
    worst: std::collections::BTreeMap<String, (f64, String)>,
    problems: Vec<String>,
}

impl<M: Model + Clone> Trial<M> {
    /// From the settings of the reference file.
    pub fn new(case: &str) -> Self {
        let reference = Reference::read(case);
        let seed = reference.setting("seed");
        let batch = reference.number("batch") as usize;
        let images = generate::images(seed, batch * M::INPUT.iter().product::<usize>());
        let labels = generate::labels(seed, batch, M::CLASSES);
        let mut start = M::new(0);
        for &(name, shape) in M::parameter_names() {
            start.set_parameter(name, &generated::<M>(&reference, name, shape)).expect("its own name");
        }
        let batch = Batch::new(images, labels).expect("as many labels as images");
        Self { reference, batch, start, worst: Default::default(), problems: Vec::new() }
    }

    /// A builder with all settings except for the optimiser.
    fn trainer(&self) -> TrainerBuilder<M> {
        let trainer = Trainer::builder(self.start.clone());
        match self.reference.setting("loss") {
            "mse" => trainer.loss(MeanSquaredError::new()),
            _ => trainer.loss(self.cross_entropy()),
        }
    }

    fn cross_entropy(&self) -> CrossEntropy {
        CrossEntropy::new().label_smoothing(self.reference.number("smoothing"))
    }

    /// Inference, then one batch forward and backward.
    fn first_batch(&mut self) {
        let mut model = self.start.clone();
        let logits = model.predict(self.batch.images()).expect("whole images");
        self.compare("logits", &logits);
        let loss: &dyn Loss = match self.reference.setting("loss") {
            "mse" => &MeanSquaredError::new(),
            _ => &self.cross_entropy(),
        };
        let mut workspace = TrainingWorkspace::<M>::new(self.batch.len()).expect("memory");
        let (images, targets) = (self.batch.images(), self.batch.targets());
        let loss = workspace.forward_backward(&mut model, images, targets, loss).expect("a batch");
        self.compare("train_logits", workspace.outputs());
        self.compare("loss", &[loss as f32]);
        let mut trainable = 0;
        for &(name, _) in M::parameter_names() {
            if let Some(gradient) = workspace.gradient(name) {
                trainable += 1;
                self.compare(&format!("grad/{name}"), &gradient);
            }
        }
        assert_eq!(trainable, self.reference.names("grad").count(), "as many gradients as PyTorch");
    }

    /// Five steps on the same batch; then every tensor of the state dict, and inference with it.
    fn five_steps(&mut self, which: &str, movement: f64) {
        let number = |name| self.reference.number(name);
        let trainer = match which {
            "sgd" => {
                let sgd = Sgd::new().learning_rate(number("sgd")).momentum(0.9).weight_decay(number("decay"));
                self.trainer().optimiser(sgd)
            }
            _ => self.trainer().optimiser(Adam::new().learning_rate(number("adam"))),
        };
        let mut trainer = trainer.build().expect("settings in their ranges");
        let step = |_| trainer.step(&self.batch).expect("a step").metrics.loss as f32;
        let losses: Vec<f32> = (0..STEPS).map(step).collect();
        let model = trainer.into_model();
        self.compare(&format!("losses.{which}"), &losses);
        let (mut error, mut moved) = (0.0, 0.0);
        for &(name, _) in M::parameter_names() {
            let values = model.parameter(name).expect("its own name");
            if name.ends_with("num_batches_tracked") {
                let seen = if self.reference.is_frozen(name) { 0 } else { STEPS };
                assert_eq!(values, [BATCHES_BEFORE + seen as f32], "{name}");
                continue;
            }
            if self.reference.is_frozen(name) {
                assert_eq!(Some(&values), self.start.parameter(name).as_ref(), "{name} is frozen");
            }
            let square = self.compare(&format!("{which}/{name}"), &values);
            if !name.contains(".running_") {
                error += square;
                moved += square_of_difference(&values, &self.start.parameter(name).expect("its own name"));
            }
        }
        let expected = M::parameter_names().iter().filter(|(name, _)| !name.ends_with("num_batches_tracked"));
        assert_eq!(expected.count(), self.reference.names(which).count(), "as many tensors as PyTorch");
        self.note(&format!("moved.{which}"), (error / moved).sqrt(), movement);
        let logits = model.predict(self.batch.images()).expect("whole images");
        self.compare(&format!("after.{which}"), &logits);
    }

    /// Records the difference of a tensor from the reference. Returns the square of the error's 2-norm.
    fn compare(&mut self, name: &str, values: &[f32]) -> f64 {
        let difference = self.reference.error(name, values);
        self.note(name, difference.relative, TOLERANCE);
        difference.square
    }

    fn note(&mut self, name: &str, error: f64, bar: f64) {
        let group = name.split('/').next().unwrap_or(name).to_owned();
        let worst = self.worst.entry(group).or_default();
        if error >= worst.0 {
            *worst = (error, name.to_owned());
        }
        if error.is_nan() || error > bar {
            self.problems.push(format!("{name}: {error:.1e}"));
        }
    }
}

/// The square of the 2-norm of `a - b`.
fn square_of_difference(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum()
}

/// The value that the script gives the tensor `name`.
fn generated<M: Model>(reference: &Reference, name: &str, shape: &[usize]) -> Vec<f32> {
    if name.ends_with("num_batches_tracked") {
        return vec![BATCHES_BEFORE];
    }
    let layer = name.rsplit_once('.').map_or("", |(layer, _)| layer);
    let normalised = M::parameter_names().iter().any(|(other, _)| *other == format!("{layer}.running_mean"));
    let (kind, len) = (Kind::of(name, shape, normalised), shape.iter().product());
    generate::tensor(reference.setting("seed"), name, kind, len, reference.number("shift") as f32)
}
