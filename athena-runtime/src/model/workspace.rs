//! Workspaces: memory that is made once, for training steps and for inference.

use super::batch::{fits, images_in};
use super::divergence::{Attempt, check_pixels};
use super::engine::Engine;
use super::exact;
use super::methods::Model;
use super::state::unpack;
use crate::arena::Buffer;
use crate::error::Error;
use crate::exec::{Direction, Learning, Masks, Memory, Run, largest};
use crate::float_control::keeping_subnormals;
use crate::isa::Isa;
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
    outputs: Buffer,
    output_gradients: Buffer,
    /// Number of outputs of the last batch.
    filled: usize,
    masks: Masks,
    before: Before,
    model: PhantomData<fn() -> M>,
}

/// The running statistics and counters from before the last step.
#[derive(Debug)]
struct Before {
    running: Buffer,
    batches: Vec<i64>,
    /// Whether the last step can be taken back to these.
    is_last: bool,
}

impl<M: Model> TrainingWorkspace<M> {
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
            outputs: Buffer::zeroed(M::CLASSES.saturating_mul(capacity))?,
            output_gradients: Buffer::zeroed(M::CLASSES.saturating_mul(capacity))?,
            filled: 0,
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
            return Err(Error::EmptyBatch { shape: M::INPUT });
        }
        match M::PLAN.single_pixel_norm {
            Some(norm) if images == 1 => Err(Error::OneValue { norm }),
            _ => Ok(()),
        }
    }

    /// Runs the forward and the backward pass of one batch. It returns the mean loss, writes the loss's gradient with respect to
    /// every trainable parameter to [`gradients`](Self::gradients), and updates the running statistics. `images` are N x channels
    /// x height x width.
    ///
    /// If it returns a loss, then the loss, all gradients and all running statistics are finite. After an error the model and
    /// dropout's masks are unchanged.
    ///
    /// # Errors
    /// `images` is empty, not a whole number of images, or more than the capacity. A batch of one image has a single value per
    /// channel in a batch norm. Targets do not fit. Pixels are not finite. [`Error::Diverged`] names the first result that would
    /// not be finite; its `step` counts the steps of this workspace.
    pub fn forward_backward(
        &mut self,
        model: &mut M,
        images: &[f32],
        targets: Targets<'_>,
        loss: &dyn Loss,
    ) -> Result<f64, Error> {
        let batch = images_in(images, M::INPUT)?;
        fits(batch, self.capacity())?;
        Self::check_batch(batch)?;
        loss.check_softmax(M::PLAN.softmax[0])?;
        loss.check(targets, batch, M::CLASSES)?;
        check_pixels(images, M::INPUT)?;
        let (mean, finite) = threads::compute(|| self.pass(model, images, targets, loss))?;
        if finite {
            return Ok(mean);
        }
        let (plan, parts) = (M::PLAN, model.state_mut().parts());
        let attempt = Attempt {
            plan: &plan,
            images,
            shape: M::INPUT,
            classes: M::CLASSES,
            parameters: parts.parameters,
            running_before: &self.before.running,
            running: parts.running,
            outputs: &self.outputs[..self.filled],
            output_gradients: &self.output_gradients[..self.filled],
            gradients: &self.gradients,
            loss: mean,
        };
        let cause = attempt.divergence();
        self.take_back(model);
        Err(Error::Diverged { step: self.masks.step, cause })
    }

    /// Runs forward and, if the gradient of the loss is finite, backward. Returns the mean loss, and whether all results of the step are finite.
    fn pass(&mut self, model: &mut M, images: &[f32], targets: Targets<'_>, loss: &dyn Loss) -> (f64, bool) {
        let (plan, exact, batch) = (M::PLAN, model.is_exact(), images.len() / M::INPUT.iter().product::<usize>());
        self.filled = batch * M::CLASSES;
        let (outputs, output_gradients) = (&mut self.outputs[..self.filled], &mut self.output_gradients[..self.filled]);
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
        let inputs = [images];
        let mut run =
            Run::new(self.isa, &inputs, batch, state.parameters, Some(learning), &mut self.memory).exact(exact);
        M::forward(&mut run);
        run.read_values(plan.outputs[0], outputs);
        // The loss may be the user's own.
        let mean = keeping_subnormals(|| loss.loss(outputs, M::CLASSES, plan.softmax[0], targets, output_gradients));
        let mut finite = mean.is_finite() && largest(output_gradients).is_finite();
        if finite {
            run.write_gradients(output_gradients, plan.output_gradients[0], Write::Set);
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

    /// The outputs of the last batch, N x classes, before a final softmax.
    #[must_use]
    pub fn outputs(&self) -> &[f32] {
        &self.outputs[..self.filled]
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

/// The memory for a network's inference with batches of up to a certain size. Inference with it allocates nothing;
/// [`Model::predict`] allocates its result.
///
/// ```
/// use athena::{InferenceWorkspace, Model, resnet};
///
/// resnet! {
///     struct Net(1x8x8) -> 10 {
///         input -> conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> linear(10)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let network = Net::new(1);
///     let mut workspace = InferenceWorkspace::<Net>::new(16)?; // up to 16 images
///     let images = [0.5; 3 * 64];
///     let scores = workspace.outputs(&network, &images)?; // 3 x 10
///     assert_eq!(scores, network.predict(&images)?);
///     assert_eq!(workspace.capacity(), 16);
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct InferenceWorkspace<M> {
    engine: Engine,
    outputs: Buffer,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> InferenceWorkspace<M> {
    /// Memory for batches of up to `capacity` images.
    ///
    /// # Errors
    /// The capacity is 0. There is too little memory. `ATHENA_ISA` names an instruction set that this machine lacks.
    /// `ATHENA_THREADS` is not a number.
    pub fn new(capacity: usize) -> Result<Self, Error> {
        let outputs = Buffer::zeroed(M::CLASSES.saturating_mul(capacity))?;
        Ok(Self { engine: Engine::new(&M::PLAN, capacity)?, outputs, model: PhantomData })
    }

    /// The largest number of images in a batch.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.engine.capacity()
    }

    /// Computes the outputs (N x classes, before a final softmax) for `images` (N x channels x height x width). Batch norms use
    /// the running statistics. It allocates nothing.
    ///
    /// # Errors
    /// `images` is empty, not a whole number of images, or more than the capacity.
    pub fn outputs(&mut self, model: &M, images: &[f32]) -> Result<&[f32], Error> {
        let batch = images_in(images, M::INPUT)?;
        fits(batch, self.capacity())?;
        let outputs = &mut self.outputs[..batch * M::CLASSES];
        self.engine.infer((&M::PLAN, M::infer), model.state().learnt(), &[images], batch, &mut [&mut *outputs])?;
        Ok(outputs)
    }
}
