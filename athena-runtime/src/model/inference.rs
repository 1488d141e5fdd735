//! The memory of inference, which is made once.

use super::batch::{fits, images_in};
use super::engine::Engine;
use super::network::Network;
use super::signature::{Each, Inputs, Signature};
use crate::arena::Buffer;
use crate::error::Error;
use crate::layout::Port;
use std::marker::PhantomData;

/// The memory for a network's inference with batches of up to a certain size. Inference with it allocates nothing;
/// [`Model::predict`](super::Model::predict) allocates its result.
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
    outputs: Vec<Buffer>,
    model: PhantomData<fn() -> M>,
}

impl<M: Network> InferenceWorkspace<M> {
    /// Memory for batches of up to `capacity` images.
    ///
    /// # Errors
    /// The capacity is 0. There is too little memory. `ATHENA_ISA` names an instruction set that this machine lacks.
    /// `ATHENA_THREADS` is not a number.
    pub fn new(capacity: usize) -> Result<Self, Error> {
        let buffer = |port: &Port| Buffer::zeroed(port.len().saturating_mul(capacity));
        let outputs = M::PLAN.output_ports.iter().map(buffer).collect::<Result<_, _>>()?;
        Ok(Self { engine: Engine::new(&M::PLAN, capacity)?, outputs, model: PhantomData })
    }

    /// The largest number of images in a batch.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.engine.capacity()
    }

    /// Computes the outputs (N x classes or N x C x H x W, before a final softmax) for `inputs` (N x channels x height x width). Batch norms use
    /// the running statistics. It allocates nothing.
    ///
    /// # Errors
    /// An input is empty, not a whole number of images, or more than the capacity, or inputs have different numbers of images.
    pub fn outputs(&mut self, model: &M, inputs: Inputs<'_, M>) -> Result<Each<M, &[f32]>, Error> {
        let (plan, inputs) = (&M::PLAN, M::Signature::inputs(inputs));
        let batch = images_in(inputs.as_ref(), plan.input_ports)?;
        fits(batch, self.capacity())?;
        let filled = |output: usize| batch * plan.output_ports[output].len();
        let outputs = self.outputs.iter_mut().enumerate().map(|(output, buffer)| &mut buffer[..filled(output)]);
        self.engine.infer((plan, M::infer), model.state().learnt(), inputs.as_ref(), batch, outputs)?;
        Ok(M::Signature::each(|output| &self.outputs[output][..filled(output)]))
    }
}
