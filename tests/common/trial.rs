//! Compares a network with generated weights with its reference.

use super::generate::{self, Kind};
use super::reference::{Reference, TOLERANCE};
use super::targets::{Output, Owned};
use athena::data::{Batch, IntoTargets, Numbers};
use athena::loss::{CrossEntropy, Loss, MeanSquaredError, Targets};
use athena::optim::{Adam, Sgd};
use athena::train::Trainer;
use athena::{AnyModel, Error, Port, Signature, TrainingWorkspace};

const STEPS: usize = 5;

/// The largest difference of the weights from the reference's, relative to their change since the start, for all parameters
/// together. A mistake in an optimiser's formula shows here, however small its steps are.
const SGD_MOVEMENT: f64 = 2e-3;
/// The same for Adam. It divides gradients by their own magnitude, so parameters whose gradients are only rounding errors change, too.
/// The script states which part of it float32 needs.
const ADAM_MOVEMENT: f64 = 3e-2;

/// The batches that the generated weights have seen before.
const BATCHES_BEFORE: f32 = 7.0;

type Inputs<'a, M> = <<M as AnyModel>::Own as Signature>::Inputs<'a>;
type Each<M, T> = <<M as AnyModel>::Own as Signature>::Each<T>;

/// A network of any inputs and outputs, of which batches are made.
pub trait Tested: AnyModel + Clone {
    fn batch(
        inputs: Inputs<'_, Self>,
        targets: Each<Self, Targets<'_>>,
    ) -> Result<Batch<Self::Image, Self::Classes>, Error>;
}

impl<M: AnyModel + Clone> Tested for M
where
    for<'a> Inputs<'a, M>: Numbers<f32>,
    for<'a> Each<M, Targets<'a>>: IntoTargets,
{
    fn batch(inputs: Inputs<'_, M>, targets: Each<M, Targets<'_>>) -> Result<Batch<M::Image, M::Classes>, Error> {
        Batch::new(inputs, targets)
    }
}

/// Compares `M` with everything that the reference file of `case` holds.
///
/// # Panics
/// Lists every tensor whose difference is above the tolerance.
pub fn check<M: Tested>(case: &str) {
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
pub struct Trial<M: Tested> {
    reference: Reference,
    inputs: Vec<Vec<f32>>,
    targets: Vec<Owned>,
    /// The network before its first step.
    pub start: M,
    worst: std::collections::BTreeMap<String, (f64, String)>,
    problems: Vec<String>,
}

impl<M: Tested> Trial<M> {
    /// From the settings of the reference file.
    pub fn new(case: &str) -> Self {
        let reference = Reference::read(case);
        let seed = reference.setting("seed");
        let batch = reference.number("batch") as usize;
        let input = |port: &Port| match reference.outputs() {
            Some(_) => generate::numbers(&format!("{seed}/inputs/{}", port.name), batch * port.len()),
            None => generate::images(seed, batch * port.len()),
        };
        let inputs = M::INPUTS.iter().map(input).collect();
        let targets = match reference.outputs() {
            Some(all) => Output::all(all, M::OUTPUTS).iter().map(|output| output.targets(seed, batch)).collect(),
            None => vec![Owned::Classes(generate::labels(&format!("{seed}/labels"), batch, M::OUTPUTS[0].len()))],
        };
        let mut start = M::new(0);
        for &(name, shape) in M::parameter_names() {
            start.set_parameter(name, &generated::<M>(&reference, name, shape)).expect("its own name");
        }
        Self { reference, inputs, targets, start, worst: Default::default(), problems: Vec::new() }
    }

    fn inputs(&self) -> Inputs<'_, M> {
        M::Own::lend(|input| &self.inputs[input])
    }

    fn targets(&self) -> Each<M, Targets<'_>> {
        M::Own::each(|output| self.targets[output].lend())
    }

    /// The loss of an output.
    fn loss(&self, output: usize) -> Box<dyn Loss> {
        match (self.reference.outputs(), self.reference.setting("loss")) {
            (Some(all), _) => Output::all(all, M::OUTPUTS)[output].loss(),
            (None, "mse") => Box::new(MeanSquaredError::new()),
            (None, _) => Box::new(CrossEntropy::new().label_smoothing(self.reference.number("smoothing"))),
        }
    }

    /// Inference, then one batch forward and backward.
    fn first_batch(&mut self) {
        let mut model = self.start.clone();
        let logits = model.predict(self.inputs()).expect("whole images");
        self.compare_each("logits", &logits);
        let losses: Vec<_> = (0..M::OUTPUTS.len()).map(|output| self.loss(output)).collect();
        let losses = M::Own::each(|output| &*losses[output]);
        let batch = self.reference.number("batch") as usize;
        let mut workspace = TrainingWorkspace::<M>::new(batch).expect("memory");
        let loss = workspace.forward_backward(&mut model, self.inputs(), self.targets(), losses).expect("a batch");
        self.compare_each("train_logits", &workspace.outputs());
        self.compare("loss", &[loss as f32]);
        let means = workspace.losses();
        let means = M::Own::list(&means).as_ref().iter().map(|mean| vec![**mean as f32]).collect::<Vec<_>>();
        self.compare_all("loss", &means);
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
        let losses = M::Own::each(|output| self.loss(output));
        let trainer = Trainer::builder(self.start.clone()).losses(losses);
        let trainer = match which {
            "sgd" => {
                let sgd = Sgd::new().learning_rate(number("sgd")).momentum(0.9).weight_decay(number("decay"));
                trainer.optimiser(sgd)
            }
            _ => trainer.optimiser(Adam::new().learning_rate(number("adam"))),
        };
        let mut trainer = trainer.build().expect("settings in their ranges");
        let batch = M::batch(self.inputs(), self.targets()).expect("targets of each image");
        let mut losses = vec![Vec::new(); M::OUTPUTS.len()];
        for _ in 0..STEPS {
            let report = trainer.step(&batch).expect("a step");
            let metrics = M::Own::list(M::Own::reported(&report.metrics));
            losses.iter_mut().zip(metrics.as_ref()).for_each(|(losses, metrics)| losses.push(metrics.loss as f32));
        }
        let model = trainer.into_model();
        self.compare_all(&format!("losses.{which}"), &losses);
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
        let logits = model.predict(self.inputs()).expect("whole images");
        self.compare_each(&format!("after.{which}"), &logits);
    }

    /// Compares a tensor of each output.
    fn compare_each<T: AsRef<[f32]>>(&mut self, group: &str, tensors: &Each<M, T>) {
        let tensors: Vec<Vec<f32>> = M::Own::list(tensors).as_ref().iter().map(|x| x.as_ref().to_vec()).collect();
        self.compare_all(group, &tensors);
    }

    fn compare_all(&mut self, group: &str, tensors: &[Vec<f32>]) {
        let has_names = self.reference.outputs().is_some();
        for (tensor, port) in tensors.iter().zip(M::OUTPUTS) {
            let name = if has_names { format!("{group}/{}", port.name) } else { group.to_owned() };
            self.compare(&name, tensor);
        }
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
fn generated<M: AnyModel>(reference: &Reference, name: &str, shape: &[usize]) -> Vec<f32> {
    if name.ends_with("num_batches_tracked") {
        return vec![BATCHES_BEFORE];
    }
    let layer = name.rsplit_once('.').map_or("", |(layer, _)| layer);
    let normalised = M::parameter_names().iter().any(|(other, _)| *other == format!("{layer}.running_mean"));
    let (kind, len) = (Kind::of(name, shape, normalised), shape.iter().product());
    generate::tensor(reference.setting("seed"), name, kind, len, reference.number("shift") as f32)
}
