//! The memory of training steps, which is made once.

use super::batch::{fits, images_in};
use super::divergence::{Attempt, check_inputs};
use super::exact;
use super::network::Network;
use super::plan::Plan;
use super::signature::{Each, Inputs, Signature};
use super::state::unpack;
use crate::arena::Buffer;
use crate::error::Error;
use crate::exec::{Direction, Learning, Masks, Memory, Run, largest};
use crate::float_control::keeping_subnormals;
use crate::isa::Isa;
use crate::layout::Port;
use crate::loss::{Loss, Targets};
use crate::ops::Write;
use crate::threads;
use std::marker::PhantomData;

/// The memory for training a network with batches of up to a certain size, including the gradients. Use it for your own training loops; a
/// [`Trainer`](train/struct.Trainer.html) has one.
///
/// Steps allocate nothing on the heap. They run with subnormal numbers (below 1.2e-38) flushed to zero, because some CPUs compute
/// them a hundred times slower. Your own layers and losses are called with subnormal numbers kept.
///
/// ```
/// use athena::loss::{CrossEntropy, Targets};
/// use athena::{Model, TrainingWorkspace, resnet};
///
/// resnet! {
///     struct Net(1x8x8) -> 10 {
///         input -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> fc: linear(10)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let mut network = Net::new(1);
///     let mut workspace = TrainingWorkspace::<Net>::new(4)?; // up to 4 images
///     workspace.set_masks(1, 0); // the seed of dropout
///     let images = [0.5; 2 * 64];
///     let loss = workspace.forward_backward(&mut network, &images, Targets::Classes(&[3, 7]), &CrossEntropy::new())?;
///     assert!(loss > 0.0);
///     assert_eq!((workspace.capacity(), workspace.outputs().len()), (4, 2 * 10));
///
///     // The gradients, before the optimiser: all of them, or one by name.
///     workspace.gradients_mut().iter_mut().for_each(|gradient| *gradient *= 0.5);
///     assert!(workspace.gradients().iter().any(|gradient| *gradient != 0.0));
///     assert_eq!(workspace.gradient("fc.bias").map(|gradient| gradient.len()), Some(10));
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct TrainingWorkspace<M> {
    isa: Isa,
    memory: Memory,
    gradients: Buffer,
    /// Each output of the last batch, and its gradient.
    outputs: Vec<OutputBuffer>,
    masks: Masks,
    before: Before,
    model: PhantomData<fn() -> M>,
}

/// An output of the last batch, before a softmax at its end, and its gradient: N x C x H x W each, in memory for as many images as fit.
#[derive(Debug)]
struct OutputBuffer {
    values: Buffer,
    gradients: Buffer,
    /// Floats of the last batch.
    filled: usize,
    /// The loss of the last batch.
    loss: f64,
}

impl OutputBuffer {
    fn new(port: &Port, capacity: usize) -> Result<Self, Error> {
        let len = port.len().saturating_mul(capacity);
        Ok(Self { values: Buffer::zeroed(len)?, gradients: Buffer::zeroed(len)?, filled: 0, loss: 0.0 })
    }

    fn values(&self) -> &[f32] {
        &self.values[..self.filled]
    }

    fn gradients(&self) -> &[f32] {
        &self.gradients[..self.filled]
    }
}

/// The running statistics and counters from before the last step.
#[derive(Debug)]
struct Before {
    running: Buffer,
    batches: Vec<i64>,
    /// Whether the last step can be taken back to these.
    is_last: bool,
}

impl<M: Network> TrainingWorkspace<M> {
    /// Memory for batches of up to `capacity` images.
    ///
    /// # Errors
    /// The capacity is 0. There is too little memory. `ATHENA_ISA` names an instruction set that this machine lacks.
    /// `ATHENA_THREADS` is not a number.
    pub fn new(capacity: usize) -> Result<Self, Error> {
        exact::check()?;
        let plan = M::PLAN;
        Ok(Self {
            isa: Isa::active()?,
            memory: Memory::new(
                &plan.training,
                plan.running,
                Direction::Training { transposed: plan.transposed },
                capacity,
            )?,
            gradients: Buffer::zeroed(plan.trainable)?,
            outputs: output_buffers(&plan, capacity)?,
            masks: Masks { seed: 0, step: 0 },
            before: Before { running: Buffer::zeroed(plan.running)?, batches: vec![0; plan.norms], is_last: false },
            model: PhantomData,
        })
    }

    /// Sets the seed of dropout's masks, and the number of steps so far, which a resumed training continues.
    pub fn set_masks(&mut self, seed: u64, step: u64) {
        self.masks = Masks { seed, step };
    }

    /// The largest number of images in a batch.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.memory.capacity
    }

    /// Checks, before the first step of a training, that this network can be trained with batches of so many images.
    ///
    /// ```
    /// # use athena::prelude::*;
    /// # use athena::TrainingWorkspace;
    /// resnet! {
    ///     struct Net(1x8x8) -> 2 {
    ///         input -> conv(8, 3x3) -> global_avg_pool -> batch_norm -> flatten -> linear(2)
    ///     }
    /// }
    /// # fn main() {
    /// assert!(TrainingWorkspace::<Net>::check_batch(2).is_ok());
    /// assert!(TrainingWorkspace::<Net>::check_batch(1).is_err());
    /// # }
    /// ```
    ///
    /// # Errors
    /// `images` is 0, or it is 1 and a batch norm would have a single value per channel ([`Error::OneValue`]).
    pub fn check_batch(images: usize) -> Result<(), Error> {
        if images == 0 {
            return Err(Error::EmptyBatch { shape: M::PLAN.input_ports[0].map() });
        }
        match M::PLAN.single_pixel_norm {
            Some(norm) if images == 1 => Err(Error::OneValue { norm }),
            _ => Ok(()),
        }
    }

    /// Runs the forward and the backward pass of one batch. It returns the mean loss, writes the loss's gradient with respect to
    /// every trainable parameter to [`gradients`](Self::gradients), and updates the running statistics. `inputs` are N x channels
    /// x height x width.
    ///
    /// A network whose outputs have names takes the targets and a loss of each output by name, and returns the sum of the losses:
    ///
    /// ```
    /// use athena::loss::{CrossEntropy, Loss, MeanSquaredError, Targets};
    /// use athena::{Model, TrainingWorkspace, resnet};
    ///
    /// resnet! {
    ///     struct Net(1x4x4) -> (class: 3, corners: 2) {
    ///         let vector = input -> flatten;
    ///         let class = vector -> linear(3);
    ///         let corners = vector -> linear(2);
    ///     }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let mut workspace = TrainingWorkspace::<Net>::new(2)?;
    ///     let targets = NetTargets { class: Targets::Classes(&[2, 0]), corners: Targets::Values(&[0.1, 0.9, 0.4, 0.5]) };
    ///     let losses = NetOutputs::<&dyn Loss> { class: &CrossEntropy::new(), corners: &MeanSquaredError::new() };
    ///     let loss = workspace.forward_backward(&mut Net::new(1), &[0.5; 32], targets, losses)?;
    ///     assert!(loss > 0.0);
    ///     let NetOutputs { class, corners } = workspace.outputs();
    ///     assert_eq!((class.len(), corners.len()), (2 * 3, 2 * 2));
    ///     Ok(())
    /// }
    /// ```
    ///
    /// If it returns a loss, then the loss, all gradients and all running statistics are finite. After an error the model and
    /// dropout's masks are unchanged.
    ///
    /// # Errors
    /// `inputs` are empty, not a whole number of images, or more than the capacity. A batch of one image has a single value per
    /// channel in a batch norm. Targets do not fit. Pixels are not finite. [`Error::Diverged`] names the first result that would
    /// not be finite; its `step` counts the steps of this workspace.
    pub fn forward_backward(
        &mut self,
        model: &mut M,
        inputs: Inputs<'_, M>,
        targets: Each<M, Targets<'_>>,
        losses: Each<M, &dyn Loss>,
    ) -> Result<f64, Error> {
        let (targets, losses) = (M::Signature::list(&targets), M::Signature::list(&losses));
        let (targets, losses) = (targets.as_ref(), losses.as_ref());
        let (plan, inputs) = (M::PLAN, M::Signature::inputs(inputs));
        let inputs = inputs.as_ref();
        let batch = images_in(inputs, plan.input_ports)?;
        fits(batch, self.capacity())?;
        Self::check_batch(batch)?;
        for (output, (targets, loss)) in targets.iter().zip(losses).enumerate() {
            loss.check_softmax(plan.softmax[output]).map_err(|error| of_output(&plan, output, error))?;
            let shape = plan.output_ports[output].map();
            loss.check(**targets, batch, shape).map_err(|error| of_output(&plan, output, error))?;
        }
        check_inputs(inputs, plan.input_ports)?;
        let (mean, finite) = threads::compute(|| self.pass(model, inputs, batch, targets, losses))?;
        if finite {
            return Ok(mean);
        }
        let parts = model.state_mut().parts();
        let outputs: Vec<_> = self.outputs.iter().map(|output| [output.values(), output.gradients()]).collect();
        let attempt = Attempt {
            plan: &plan,
            inputs,
            parameters: parts.parameters,
            running_before: &self.before.running,
            running: parts.running,
            outputs: &outputs,
            gradients: &self.gradients,
            loss: mean,
        };
        let cause = attempt.divergence();
        self.take_back(model);
        Err(Error::Diverged { step: self.masks.step, cause })
    }

    /// One batch whose targets and pixels are checked. Also returns whether every result is finite. Where a loss or its gradient is
    /// not, the backward pass is left out.
    fn pass(
        &mut self,
        model: &mut M,
        inputs: &[&[f32]],
        batch: usize,
        targets: &[&Targets<'_>],
        losses: &[&&dyn Loss],
    ) -> (f64, bool) {
        let (plan, exact) = (M::PLAN, model.state().is_exact());
        let state = model.state_mut().parts();
        self.before.running.copy_from_slice(state.running);
        self.before.batches.copy_from_slice(state.batches);
        self.before.is_last = true;
        self.memory.transpose_weights(plan.conv_table, state.parameters);
        self.memory.use_running_statistics(plan.frozen_norms, state.parameters, state.running);
        let learning = Learning {
            gradients: &mut self.gradients,
            running: &mut *state.running,
            batches: state.batches,
            masks: self.masks,
        };
        let mut run =
            Run::new(self.isa, inputs, batch, state.parameters, Some(learning), &mut self.memory).exact(exact);
        M::forward(&mut run);
        let (mut mean, mut finite) = (0.0, true);
        for (output, buffer) in self.outputs.iter_mut().enumerate() {
            let port = plan.output_ports[output];
            buffer.filled = batch * port.len();
            let (values, gradients) = (&mut buffer.values[..buffer.filled], &mut buffer.gradients[..buffer.filled]);
            run.read_values(plan.outputs[output], values);
            // The loss may be the user's own.
            let softmax = plan.softmax[output];
            let loss =
                keeping_subnormals(|| losses[output].loss(values, port.map(), softmax, *targets[output], gradients));
            mean = if output == 0 { loss } else { mean + loss };
            finite &= loss.is_finite() && largest(gradients).is_finite();
            buffer.loss = loss;
        }
        if finite {
            for (output, slot) in plan.output_gradients.iter().enumerate() {
                // One value may be several outputs: the later ones add to its gradient.
                let is_first = plan.output_gradients[..output].iter().all(|other| other != slot);
                let write = if is_first { Write::Set } else { Write::Add };
                run.write_gradients(self.outputs[output].gradients(), *slot, write);
            }
            M::backward(&mut run);
            finite = run.largest_gradient().is_finite();
        }
        self.masks.step = self.masks.step.wrapping_add(1);
        (mean, finite && largest(state.running).is_finite())
    }

    /// Undoes the last [`forward_backward`](Self::forward_backward) of `model`: running statistics, counters of batches and
    /// dropout's masks become what they were before it. Use it if an optimiser refuses the step. Only the last step can be
    /// undone.
    ///
    /// ```
    /// use athena::prelude::*;
    ///
    /// resnet! {
    ///     struct Net(1x4x4) -> 2 { input -> conv(4, 3x3) -> batch_norm -> relu -> flatten -> linear(2) }
    /// }
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let mut net = Net::new(1);
    ///     let before = net.parameter("batch_norm1.running_mean");
    ///     let mut workspace = TrainingWorkspace::new(2)?;
    ///     workspace.forward_backward(&mut net, &[0.5; 32], Targets::Classes(&[0, 1]), &CrossEntropy::new())?;
    ///     workspace.take_back(&mut net);
    ///     assert_eq!(net.parameter("batch_norm1.running_mean"), before);
    ///     Ok(())
    /// }
    /// ```
    pub fn take_back(&mut self, model: &mut M) {
        if !std::mem::take(&mut self.before.is_last) {
            return;
        }
        let parts = model.state_mut().parts();
        parts.running.copy_from_slice(&self.before.running);
        parts.batches.copy_from_slice(&self.before.batches);
        self.masks.step = self.masks.step.wrapping_sub(1);
    }

    /// The outputs of the last batch, N x classes or N x C x H x W, before a final softmax.
    #[must_use]
    pub fn outputs(&self) -> Each<M, &[f32]> {
        M::Signature::each(|output| self.outputs[output].values())
    }

    /// The loss of each output for the last batch.
    #[must_use]
    pub fn losses(&self) -> Each<M, f64> {
        M::Signature::each(|output| self.outputs[output].loss)
    }

    /// The gradients of the last batch. Their layout is that of `State::parameters` without the frozen parameters at its end.
    #[must_use]
    pub fn gradients(&self) -> &[f32] {
        &self.gradients
    }

    /// [`gradients`](Self::gradients), mutably, for clipping.
    pub fn gradients_mut(&mut self) -> &mut [f32] {
        &mut self.gradients
    }

    /// The gradient of the parameter `name` in PyTorch's layout; `None` if there is no such parameter, or it has no gradient
    /// (frozen parameters and running statistics).
    #[must_use]
    pub fn gradient(&self, name: &str) -> Option<Vec<f32>> {
        let plan = M::PLAN;
        let parameter = plan.table.iter().find(|parameter| parameter.name == name)?;
        plan.learns(parameter).then(|| unpack(parameter, &self.gradients, &[]))
    }
}

/// A buffer for each output.
fn output_buffers(plan: &Plan, capacity: usize) -> Result<Vec<OutputBuffer>, Error> {
    plan.output_ports.iter().map(|port| OutputBuffer::new(port, capacity)).collect()
}

/// An error of an output's loss or targets, with the output's name if the network has several.
fn of_output(plan: &Plan, output: usize, error: Error) -> Error {
    match error {
        Error::Targets(what) if plan.output_ports.len() > 1 => {
            Error::Targets(format!("the output `{}`: {what}", plan.output_ports[output].name))
        }
        other => other,
    }
}
