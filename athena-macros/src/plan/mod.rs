//! `plan`: when everything is computed, what is kept, and where every value lies.
//!
//! Knows no syntax and no tokens. [`plan`] turns a checked network into two programs, one for a training step and one for
//! inference. The way there:
//!
//! * `graph`: what the outputs depend on,
//! * `group`: pointwise layers gathered into elementwise units,
//! * `requires_grad`: what needs a gradient; behind frozen layers less does,
//! * `fuse`: elementwise units handed to convolutions, in inference and in frozen parts,
//! * `values`: what a training step keeps and what it computes again,
//! * `forward`, `backward`, `inference`: the schedules, in phases between barriers,
//! * `memory`: which buffer a value lies in, with which halo, from which float on,
//! * `costs`: what the plan says of costs, for summaries and budgets,
//! * `micro_batch`: how many images take each step of a phase together.
//!
//! `step` has the words that schedules are written in, `schedule` the schedule while it grows.

mod backward;
pub mod costs;
#[cfg(test)]
mod display;
mod forward;
mod fuse;
mod graph;
mod group;
mod inference;
mod memory;
pub mod micro_batch;
mod requires_grad;
mod schedule;
mod step;
#[cfg(test)]
pub mod tests;
mod values;

pub use schedule::node_name;
pub use step::{BatchStep, BufferId, ImageStep, Item, Phase, SumsId, Term, Write};

use crate::ir::{Network, NodeId, Shape};
use graph::Graph;
use requires_grad::RequiresGrad;
use schedule::Schedule;

/// Channels in one block of a stored map. The runtime has the same constant.
pub const LANES: usize = 16;

/// Everything that `emit` writes down.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Forward and backward of a training step.
    pub training: Program,
    /// The forward pass alone.
    pub inference: Program,
    /// Which outputs end with softmax: not a step, the loss and `predict` apply it.
    pub softmax: Vec<bool>,
    /// Which nodes an output depends on.
    pub live: Vec<bool>,
}

/// A schedule whose values have found their places.
#[derive(Clone, Debug)]
pub struct Program {
    /// The forward pass.
    pub forward: Vec<Item>,
    /// The backward pass; empty in inference.
    pub backward: Vec<Item>,
    /// The slots that steps name.
    pub buffers: Vec<Buffer>,
    /// The slots for statistics that steps name.
    pub sums: Vec<Sums>,
    /// Floats of each image's part of the arena.
    pub image: usize,
    /// The promised values (before a softmax at their end). One value may be several of them.
    pub outputs: Vec<BufferId>,
    /// Where the loss puts their gradients; none in inference. A value that is several outputs has one gradient, the sum of theirs.
    pub output_gradients: Vec<BufferId>,
}

/// The slot of a map.
#[derive(Clone, Debug)]
pub struct Buffer {
    /// Name of its own, in lower snake case.
    pub name: String,
    /// The layer whose value, or the gradient of whose value, it holds.
    pub node: NodeId,
    /// It holds a gradient.
    pub gradient: bool,
    /// Size of the map.
    pub shape: Shape,
    /// Rows and columns of zeros on each side.
    pub halo: [usize; 2],
    /// Which part of the arena.
    pub place: Place,
    /// First float.
    pub offset: usize,
}

impl Buffer {
    /// Floats of the stored map.
    pub fn len(&self) -> usize {
        let (height, width) = (self.shape.height + 2 * self.halo[0], self.shape.width + 2 * self.halo[1]);
        self.shape.channels.div_ceil(LANES) * height * width * LANES
    }
}

/// The slot of a map's statistics, in the image part.
#[derive(Clone, Debug)]
pub struct Sums {
    /// Name of its own, in lower snake case.
    pub name: String,
    /// Size of the map.
    pub shape: Shape,
    /// First float.
    pub offset: usize,
}

impl Sums {
    /// Floats of the slot.
    pub fn len(&self) -> usize {
        2 * self.shape.channels.div_ceil(LANES) * LANES
    }
}

/// A part of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The image's own: lives from phase to phase.
    Image,
    /// The shard's: lives within one phase.
    Scratch,
}

/// Plans a checked network.
pub fn plan(network: &Network) -> Plan {
    let graph = Graph::training(network);
    let mut schedule = Schedule::new(network);
    let units = group::group(&graph);
    let requires_grad = RequiresGrad::of(&graph, &units);
    let units = fuse::fuse(&graph, units, |unit| requires_grad.is_fixed(&graph, unit));
    let mut values = forward::schedule(&graph, &units, &mut schedule);
    let forward = schedule.take_items();
    let output_gradients = backward::schedule(&graph, &units, &requires_grad, &mut values, &mut schedule);
    let backward = schedule.take_items();
    let outputs = graph.outputs.iter().map(|output| values.kept(*output)).collect();
    let training = memory::place(network, schedule, forward, backward, outputs, output_gradients);

    Plan {
        training,
        inference: inference::program(network),
        softmax: network.outputs.iter().map(|output| graph::ends_with_softmax(network, *output)).collect(),
        live: (0..network.nodes.len()).map(|id| graph.is_live(NodeId(id))).collect(),
    }
}
