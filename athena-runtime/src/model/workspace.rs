//! Training and inference step by step, in memory that is made once.

use super::Model;
use super::engine::Engine;
use super::state::unpack;
use crate::arena::Buffer;
use crate::error::Error;
use crate::exec::{Direction, Learning, Masks, Memory, Run, threads};
use crate::isa::Isa;
use crate::loss::{Loss, Targets};
use std::marker::PhantomData;

/// All the memory of training a network with batches of up to a certain size, the gradients included: for training loops of your own. A
/// [`Trainer`](train/struct.Trainer.html) has one.
///
/// Steps allocate nothing on the heap, as long as they run on the thread that made the workspace or inside
/// [`with_threads`](crate::exec::threads::with_threads).
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
    /// Outputs of the last batch.
    filled: usize,
    masks: Masks,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> TrainingWorkspace<M> {
    /// Memory for batches of up to `capacity` images.
    ///
    /// # Errors
    /// A capacity of 0, too little memory, threads that cannot be started, or an `ATHENA_ISA` that this machine lacks.
    pub fn new(capacity: usize) -> Result<Self, Error> {
        threads::enlist()?;
        let plan = M::PLAN;
        Ok(Self {
            isa: Isa::active()?,
            memory: Memory::new(&plan, Direction::Training, capacity)?,
            gradients: Buffer::zeroed(plan.learnable)?,
            outputs: Buffer::zeroed(M::CLASSES.saturating_mul(capacity))?,
            output_gradients: Buffer::zeroed(M::CLASSES.saturating_mul(capacity))?,
            filled: 0,
            masks: Masks { seed: 0, step: 0 },
            model: PhantomData,
        })
    }

    /// Where dropout's masks come from: the seed, and how many steps have gone before (a resumed training goes on with its own).
    pub fn set_masks(&mut self, seed: u64, step: u64) {
        self.masks = Masks { seed, step };
    }

    /// Images that fit.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.memory.capacity
    }

    /// One batch forward and backward: returns the mean loss, leaves its gradient with respect to every learnable parameter in
    /// [`gradients`](Self::gradients), and updates the running statistics. What is frozen stays as it is. `images` are N x channels x height x width.
    ///
    /// # Errors
    /// Images that are not whole, none or too many, or targets that do not fit; the model is as before then.
    pub fn forward_backward(
        &mut self,
        model: &mut M,
        images: &[f32],
        targets: Targets<'_>,
        loss: &dyn Loss,
    ) -> Result<f64, Error> {
        let batch = images_in(images, M::INPUT)?;
        fits(batch, self.capacity())?;
        loss.check(targets, batch, M::CLASSES)?;
        threads::enlist()?;
        let plan = M::PLAN;
        self.filled = batch * M::CLASSES;
        let (outputs, output_gradients) = (&mut self.outputs[..self.filled], &mut self.output_gradients[..self.filled]);
        let state = model.state_mut().parts();
        self.memory.derive(&plan, state.parameters);
        self.memory.use_running_statistics(plan.frozen_norms, state.parameters, state.running);
        let learning = Learning {
            gradients: &mut self.gradients,
            running: state.running,
            batches: state.batches,
            masks: self.masks,
        };
        let mut run = Run::new(self.isa, images, batch, state.parameters, Some(learning), &mut self.memory);
        M::forward(&mut run);
        run.gather(plan.outputs, outputs);
        let mean = loss.loss(outputs, M::CLASSES, plan.softmax, targets, output_gradients);
        run.scatter(output_gradients, plan.output_gradient);
        M::backward(&mut run);
        self.masks.step = self.masks.step.wrapping_add(1);
        Ok(mean)
    }

    /// The outputs of the last batch, N x classes, before a final softmax.
    #[must_use]
    pub fn outputs(&self) -> &[f32] {
        &self.outputs[..self.filled]
    }

    /// The gradients of the last batch, laid out as `State::parameters`, whose frozen end they lack.
    #[must_use]
    pub fn gradients(&self) -> &[f32] {
        &self.gradients
    }

    /// The same, for clipping.
    pub fn gradients_mut(&mut self) -> &mut [f32] {
        &mut self.gradients
    }

    /// The gradient of the parameter `name` in PyTorch's layout; `None` if there is no such parameter, or it is
    /// frozen or follows the batches.
    #[must_use]
    pub fn gradient(&self, name: &str) -> Option<Vec<f32>> {
        let plan = M::PLAN;
        let parameter = plan.table.iter().find(|parameter| parameter.name == name)?;
        plan.learns(parameter).then(|| unpack(parameter, &self.gradients))
    }
}

/// All the memory of a network's inference with batches of up to a certain size: for servers that want no allocation at all, where
/// [`Model::predict`] allocates its answer.
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
    /// A capacity of 0, too little memory, threads that cannot be started, or an `ATHENA_ISA` that this machine lacks.
    pub fn new(capacity: usize) -> Result<Self, Error> {
        threads::enlist()?;
        let outputs = Buffer::zeroed(M::CLASSES.saturating_mul(capacity))?;
        Ok(Self { engine: Engine::new::<M>(capacity)?, outputs, model: PhantomData })
    }

    /// Images that fit.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.engine.capacity()
    }

    /// The outputs for `images` (N x channels x height x width): N x classes, before a final softmax, batch norm with the running
    /// statistics. Allocates nothing, as a training step.
    ///
    /// # Errors
    /// Images that are not whole, none or too many.
    pub fn outputs(&mut self, model: &M, images: &[f32]) -> Result<&[f32], Error> {
        let batch = images_in(images, M::INPUT)?;
        fits(batch, self.capacity())?;
        threads::enlist()?;
        let outputs = &mut self.outputs[..batch * M::CLASSES];
        self.engine.infer::<M>(model.state(), images, batch, outputs);
        Ok(outputs)
    }
}

/// How many images these floats are.
pub(super) fn images_in(images: &[f32], shape: [usize; 3]) -> Result<usize, Error> {
    let numbers: usize = shape.iter().product();
    match (images.len() / numbers, images.len() % numbers) {
        (0, 0) => Err(Error::EmptyBatch { shape }),
        (batch, 0) => Ok(batch),
        _ => Err(Error::BatchLength { found: images.len(), shape }),
    }
}

fn fits(images: usize, capacity: usize) -> Result<(), Error> {
    if images <= capacity { Ok(()) } else { Err(Error::BatchTooLarge { images, capacity }) }
}
