//! Inference: computes the logits of a batch, in memory that is made once.

use super::{Network, State, exact};
use crate::error::Error;
use crate::exec::{Direction, Memory, Run};
use crate::isa::Isa;
use crate::threads;

/// The memory of one network's inference.
#[derive(Debug)]
pub(crate) struct Engine {
    isa: Isa,
    memory: Memory,
    /// The version of the state whose scales and shifts the memory holds.
    version: Option<u64>,
}

impl Engine {
    pub fn new<N: Network>(capacity: usize) -> Result<Self, Error> {
        let memory = Memory::new(&N::PLAN.inference, N::PLAN.running, Direction::Inference, capacity)?;
        exact::check()?;
        Ok(Self { isa: Isa::active()?, memory, version: None })
    }

    pub fn capacity(&self) -> usize {
        self.memory.capacity
    }

    /// Computes the outputs, before a final softmax, of `images`: `batch` images, at most the capacity.
    ///
    /// # Errors
    /// `ATHENA_THREADS` is not a number of threads.
    pub fn infer<N: Network>(
        &mut self,
        state: &State,
        images: &[f32],
        batch: usize,
        outputs: &mut [f32],
    ) -> Result<(), Error> {
        threads::compute(|| self.run::<N>(state, images, batch, outputs))
    }

    fn run<N: Network>(&mut self, state: &State, images: &[f32], batch: usize, outputs: &mut [f32]) {
        let plan = &N::PLAN;
        if self.version != Some(state.version()) {
            self.memory.use_running_statistics(plan.norm_table, state.parameters(), state.running());
            self.version = Some(state.version());
        }
        let mut run =
            Run::new(self.isa, images, batch, state.parameters(), None, &mut self.memory).exact(state.is_exact());
        N::infer(&mut run);
        run.read_vectors(plan.inference_outputs, outputs);
    }
}
