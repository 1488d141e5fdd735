//! The state of a network: parameters, running statistics and counters.

use super::engine::{Engine, Learnt};
use super::pieces::{Floats, Piece};
use super::plan::Plan;
use super::{exact, init};
use crate::arena::Buffer;
use crate::error::Error;
use crate::layers::{Parameter, Storage};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Parameters, running statistics and counters of one network.
pub struct State {
    parameters: Buffer,
    running: Buffer,
    /// Number of batches that each batch norm was trained with.
    batches: Vec<i64>,
    /// Changes whenever the contents may have changed.
    version: u64,
    /// Whether all convolutions are computed directly; `None` if `ATHENA_EXACT` decides.
    exact: Option<bool>,
    /// The memory of earlier calls of `predict`, kept for later calls.
    engines: Mutex<Vec<Engine>>,
}

/// The parts of a [`State`] that a training step writes or reads.
pub(crate) struct Parts<'a> {
    pub parameters: &'a [f32],
    pub running: &'a mut [f32],
    pub batches: &'a mut [i64],
}

impl State {
    /// An untrained state: each parameter is drawn from `seed`, from its own random stream.
    ///
    /// # Panics
    /// If there is no memory for the parameters.
    #[must_use]
    pub fn new(plan: &Plan, seed: u64) -> Self {
        let mut state = Self::zeroed(plan).unwrap_or_else(|error| panic!("{error}"));
        init::draw(state.floats(), plan.table, seed);
        state
    }

    /// A state of zeros.
    pub(crate) fn zeroed(plan: &Plan) -> Result<Self, Error> {
        Ok(Self {
            parameters: Buffer::zeroed(plan.parameters)?,
            running: Buffer::zeroed(plan.running)?,
            batches: vec![0; plan.norms],
            version: fresh_version(),
            exact: None,
            engines: Mutex::default(),
        })
    }

    /// All parameters, in the layout of the kernels, padding included.
    #[must_use]
    pub fn parameters(&self) -> &[f32] {
        &self.parameters
    }

    /// All parameters, mutably, for an optimiser's step. The padding is zero and must stay zero.
    pub fn parameters_mut(&mut self) -> &mut [f32] {
        self.version = fresh_version();
        &mut self.parameters
    }

    pub(crate) fn running(&self) -> &[f32] {
        &self.running
    }

    /// The parts for a training step. It changes the version, because the step will change the running statistics.
    pub(crate) fn parts(&mut self) -> Parts<'_> {
        self.version = fresh_version();
        Parts { parameters: &self.parameters, running: &mut self.running, batches: &mut self.batches }
    }

    /// The parts for inference.
    pub(crate) fn learnt(&self) -> Learnt<'_> {
        Learnt { parameters: &self.parameters, running: &self.running, version: self.version, exact: self.is_exact() }
    }

    pub(crate) fn is_exact(&self) -> bool {
        self.exact.unwrap_or_else(exact::by_default)
    }

    pub(crate) fn set_exact(&mut self, exact: bool) {
        self.exact = Some(exact);
    }

    /// Takes unused memory for batches of up to `capacity` images, if there is some: the one used last, which may still be in a cache.
    pub(crate) fn take_engine(&self, capacity: usize) -> Option<Engine> {
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        match engines.iter().rposition(|engine| engine.capacity() >= capacity) {
            Some(index) => Some(engines.remove(index)),
            None => {
                // If all are too small, one is dropped, since the caller will make a new one.
                engines.pop();
                None
            }
        }
    }

    /// Keeps memory for later calls, unless there is enough for `most` of them.
    pub(crate) fn keep_engine(&self, engine: Engine, most: usize) {
        let mut engines = self.engines.lock().unwrap_or_else(PoisonError::into_inner);
        if engines.len() < most {
            engines.push(engine);
        }
    }

    /// All floats, mutably.
    pub(crate) fn floats(&mut self) -> Floats<'_> {
        self.version = fresh_version();
        Floats { parameters: &mut self.parameters, running: &mut self.running }
    }

    /// Reads a named tensor in PyTorch's layout. A counter of batches is one value.
    pub(crate) fn read(&self, parameter: &'static Parameter) -> Vec<f32> {
        match parameter.storage {
            Storage::Batches { index } => vec![self.batches[index] as f32],
            Storage::ConvWeight { .. }
            | Storage::LinearWeight { .. }
            | Storage::Vector { .. }
            | Storage::Running { .. } => unpack(parameter, &self.parameters, &self.running),
        }
    }

    pub(crate) fn batches(&self, index: usize) -> i64 {
        self.batches[index]
    }

    pub(crate) fn set_batches(&mut self, index: usize, batches: i64) {
        self.batches[index] = batches;
    }

    /// The inverse of [`read`](Self::read). `values` has the length of the parameter.
    pub(crate) fn write(&mut self, parameter: &'static Parameter, values: &[f32]) {
        match (parameter.storage, Piece::whole(parameter)) {
            (Storage::Batches { index }, _) => self.batches[index] = values[0] as i64,
            (_, Some(piece)) => piece.write(self.floats(), values),
            (_, None) => {}
        }
    }
}

/// Reads a named tensor in PyTorch's layout from memory with the layout of the parameters (which may hold gradients) and of the
/// running statistics.
pub(crate) fn unpack(parameter: &'static Parameter, parameters: &[f32], running: &[f32]) -> Vec<f32> {
    let mut values = vec![0.0; parameter.len()];
    if let Some(piece) = Piece::whole(parameter) {
        piece.read(parameters, running, &mut values);
    }
    values
}

fn fresh_version() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

impl Clone for State {
    fn clone(&self) -> Self {
        Self {
            parameters: self.parameters.clone(),
            running: self.running.clone(),
            batches: self.batches.clone(),
            version: self.version,
            exact: self.exact,
            engines: Mutex::default(),
        }
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        self.parameters == other.parameters && self.running == other.running && self.batches == other.batches
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parameters, running) = (self.parameters.len(), self.running.len());
        write!(f, "State({parameters} floats of parameters, {running} of running statistics, padding included)")
    }
}
