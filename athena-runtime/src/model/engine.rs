//! Inference: computes the logits of a batch, in memory that is made once.

use super::exact;
use super::plan::Plan;
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

/// What inference reads of a network's state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Learnt<'a> {
    pub parameters: &'a [f32],
    pub running: &'a [f32],
    /// The version of the state.
    pub version: u64,
    /// Whether all convolutions are computed directly.
    pub exact: bool,
}

impl Engine {
    pub fn new(plan: &Plan, capacity: usize) -> Result<Self, Error> {
        let memory = Memory::new(&plan.inference, plan.running, Direction::Inference, capacity)?;
        exact::check()?;
        Ok(Self { isa: Isa::active()?, memory, version: None })
    }

    pub fn capacity(&self) -> usize {
        self.memory.capacity
    }

    /// Computes each output, before a softmax at its end, for inputs of `batch` images, at most the capacity. `infer` is the network's forward
    /// pass.
    ///
    /// # Errors
    /// `ATHENA_THREADS` is not a number of threads.
    pub fn infer<'o>(
        &mut self,
        (plan, infer): (&Plan, fn(&mut Run<'_>)),
        learnt: Learnt<'_>,
        inputs: &[&[f32]],
        batch: usize,
        outputs: impl Iterator<Item = &'o mut [f32]> + Send,
    ) -> Result<(), Error> {
        threads::compute(|| {
            if self.version != Some(learnt.version) {
                self.memory.use_running_statistics(plan.norm_table, learnt.parameters, learnt.running);
                self.version = Some(learnt.version);
            }
            let run = Run::new(self.isa, inputs, batch, learnt.parameters, None, &mut self.memory);
            let mut run = run.exact(learnt.exact);
            infer(&mut run);
            for (slot, output) in plan.inference_outputs.iter().zip(outputs) {
                run.read_values(*slot, output);
            }
        })
    }
}
