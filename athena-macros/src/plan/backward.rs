//! The backward pass of a training step: reverse order, each step in the earliest phase that its gradients allow.
//!
//! The gradient of a value is the sum of what its readers contribute. Contributions of convolutions and other layers are written
//! when their reader's backward step runs. Those of an elementwise unit wait: a plain term's is the unit's `g` itself, a normalised term's comes
//! out of `g` behind a barrier. Both are materialised just before the value's own layer needs its gradient, so that
//! a `g` with a single reader left becomes the gradient without a copy.
//!
//! A convolution whose windows leave pixels out, such as a projection of 1x1 with stride 2, waits for its input's other readers:
//! adding to their gradient touches a quarter of it, setting it first would write three quarters of zeros, and keep them longer.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::graph::Graph;
use super::group::{Unit, UnitKind};
use super::requires_grad::RequiresGrad;
use super::schedule::{Schedule, Time};
use super::step::{BatchStep, BufferId, ImageStep, SumsId, Term, Write};
use super::values::Values;
use crate::ir::{Conv, NodeId, Op, Reads};

/// Schedules the backward pass; returns the slots in which the loss puts the gradients of the outputs. To that of an output in the middle
/// of the network, its readers add what they contribute.
pub fn schedule(
    graph: &Graph,
    units: &[Unit],
    requires_grad: &RequiresGrad,
    values: &mut Values,
    schedule: &mut Schedule,
) -> Vec<BufferId> {
    let mut slots = BTreeMap::new();
    let of_output = |output: &NodeId| *slots.entry(*output).or_insert_with(|| schedule.gradient(*output));
    let output_gradients: Vec<BufferId> = graph.outputs.iter().map(of_output).collect();
    let mut agenda: BTreeMap<Time, Vec<Event>> = BTreeMap::new();
    for (time, event) in times(graph, units, requires_grad) {
        agenda.entry(time).or_default().push(event);
    }
    agenda.values_mut().for_each(|events| events.sort_by_key(|event| Reverse(event.place())));
    let mut pass = Backward {
        graph,
        requires_grad,
        values,
        schedule,
        gradients: HashMap::new(),
        remaining_uses: HashMap::new(),
        pending: Vec::new(),
    };
    for (output, slot) in slots {
        pass.gradients.insert(output, Gradient { buffer: Some(slot), waiting: Vec::new() });
        pass.remaining_uses.insert(slot, 1);
    }
    for events in agenda.into_values() {
        pass.barrier();
        events.iter().for_each(|event| pass.run(event));
    }
    pass.barrier();
    output_gradients
}

enum Event<'a> {
    /// The gradient of a linear layer's output is materialised in the phase before the barrier at which the layer runs.
    Materialise(NodeId),
    /// A unit's backward step.
    Unit(&'a Unit),
    /// That of a convolution which waited for the other readers of `input`.
    Late { unit: &'a Unit, input: NodeId },
}

impl Event<'_> {
    fn node(&self) -> NodeId {
        match self {
            Event::Materialise(node) => *node,
            Event::Unit(unit) | Event::Late { unit, .. } => unit.out,
        }
    }

    /// Where it stands among those of its time, backwards: one that waited is the last of its input's readers.
    fn place(&self) -> (NodeId, NodeId) {
        match self {
            Event::Materialise(_) | Event::Unit(_) => (self.node(), self.node()),
            Event::Late { unit, input } => (*input, unit.out),
        }
    }
}

/// When the contributions to a gradient are all there, and what they are.
#[derive(Clone, Copy)]
struct Arrival {
    time: Time,
    count: usize,
    plain: bool,
    /// Through a batch norm.
    normalised: bool,
}

impl Arrival {
    /// Whether materialising the gradient may take steps, which only a phase can run.
    fn needs_steps(&self) -> bool {
        self.normalised || (self.plain && self.count > 1)
    }
}

/// When each unit's backward step runs.
fn times<'u>(graph: &Graph, units: &'u [Unit], requires_grad: &RequiresGrad) -> Vec<(Time, Event<'u>)> {
    let none = Arrival { time: Time::START, count: 0, plain: false, normalised: false };
    let mut arrivals = vec![none; graph.network.nodes.len()];
    graph.outputs.iter().for_each(|output| arrivals[output.0].count = 1);
    let mut events = Vec::new();
    for unit in units.iter().rev().filter(|unit| requires_grad.value(unit.out)) {
        let arrival = arrivals[unit.out.0];
        let materialised = if arrival.needs_steps() { arrival.time.in_phase() } else { arrival.time };
        let linear = matches!(graph.op(unit.out), Op::Linear(_));
        let time = match linear {
            true => materialised.at_barrier(),
            false if unit.is_plain_sum() => materialised,
            false => materialised.in_phase(),
        };
        if linear && arrival.needs_steps() {
            events.push((materialised, Event::Materialise(unit.out)));
        }
        events.push((time, Event::Unit(unit)));
        let mut arrive = |value: NodeId, time: Time, plain: bool, normalised: bool| {
            let arrival = &mut arrivals[value.0];
            arrival.time = arrival.time.max(time);
            arrival.count += 1;
            arrival.plain |= plain;
            arrival.normalised |= normalised;
        };
        match &unit.kind {
            UnitKind::Elementwise { sources, .. } => sources.iter().for_each(|source| match source.norm {
                Some(norm) if graph.is_frozen(norm) => arrive(source.value, time, false, true),
                Some(_) => arrive(source.value, time.next_phase(), false, true),
                None => arrive(source.value, time, true, false),
            }),
            UnitKind::Layer => graph.inputs(unit.out).iter().for_each(|input| arrive(*input, time, false, false)),
            UnitKind::Fused { .. } => unreachable!("only what needs no gradient is fused"),
        }
    }
    events.into_iter().map(|(time, event)| delayed(graph, &arrivals, time, event)).collect()
}

/// A convolution that leaves pixels of its input out runs when the last of the input's other readers does.
fn delayed<'u>(graph: &Graph, arrivals: &[Arrival], time: Time, event: Event<'u>) -> (Time, Event<'u>) {
    let Event::Unit(unit) = event else { return (time, event) };
    let Op::Conv(Conv { window, .. }) = graph.op(unit.out) else { return (time, event) };
    let input = graph.inputs(unit.out)[0];
    let last = arrivals[input.0].time;
    let leaves_out = (0..2).any(|axis| (window.kernel[axis] - 1) * window.dilation[axis] + 1 < window.stride[axis]);
    if !leaves_out || last != last.in_phase() || last < time {
        return (time, event);
    }
    (last, Event::Late { unit, input })
}

/// The gradient of a value, as far as it has come.
#[derive(Default)]
struct Gradient {
    /// Where it adds up.
    buffer: Option<BufferId>,
    /// What has still to be added.
    waiting: Vec<Contribution>,
}

/// An elementwise unit's contribution to the gradient of one of its terms, from the unit's `g`.
#[derive(Clone, Copy)]
enum Contribution {
    Plain { g: BufferId },
    Normalised { norm: NodeId, x: NodeId, g: BufferId },
    Fixed { norm: NodeId, g: BufferId },
}

struct Backward<'a, 'b, 'd, 'n> {
    graph: &'b Graph<'b>,
    requires_grad: &'b RequiresGrad,
    values: &'b mut Values<'a>,
    schedule: &'d mut Schedule<'n>,
    gradients: HashMap<NodeId, Gradient>,
    /// How many have still to read a gradient's slot. With one left, that one may overwrite it.
    remaining_uses: HashMap<BufferId, usize>,
    /// Batch norms whose sums this phase completes.
    pending: Vec<(NodeId, SumsId)>,
}

impl Backward<'_, '_, '_, '_> {
    /// Ends the phase, and normalises every gradient whose sums it completed.
    fn barrier(&mut self) {
        self.values.end_phase(self.schedule);
        for (norm, sums) in self.pending.drain(..) {
            self.schedule.batch(BatchStep::NormaliseBackward { norm, sums });
        }
    }

    fn run(&mut self, event: &Event) {
        let node = event.node();
        let dy = self.materialise(node);
        let (Event::Unit(unit) | Event::Late { unit, .. }) = event else {
            self.gradients.insert(node, Gradient { buffer: Some(dy), waiting: Vec::new() });
            return;
        };
        match (&unit.kind, self.graph.op(node)) {
            (UnitKind::Elementwise { .. }, _) => return self.elementwise(unit, dy),
            (UnitKind::Layer, Op::Conv(_)) => self.conv(node, dy),
            (UnitKind::Layer, Op::Linear(_)) => self.linear(node, dy),
            (UnitKind::Layer, Op::PerImage(_)) => self.layer(node, dy),
            (UnitKind::Layer, Op::Input | Op::BatchNorm(_) | Op::Activation(_) | Op::Add)
            | (UnitKind::Fused { .. }, _) => {
                unreachable!("an input, part of an elementwise unit, or without a gradient")
            }
        }
        self.release(dy);
    }

    /// Completes the gradient of a value; the slot returned carries one use, that of the value's own layer.
    fn materialise(&mut self, node: NodeId) -> BufferId {
        let Gradient { buffer, mut waiting } = self.gradients.remove(&node).unwrap_or_default();
        if let (None, [Contribution::Plain { g }]) = (buffer, &waiting[..]) {
            return *g;
        }
        let mut dx = buffer.or_else(|| self.take_over(&mut waiting));
        for contribution in waiting {
            let write = if dx.is_some() { Write::Add } else { Write::Set };
            let dx = *dx.get_or_insert_with(|| self.new_gradient(node));
            let g = match contribution {
                Contribution::Plain { g } => {
                    self.schedule.step(ImageStep::Add { g, dx, write });
                    g
                }
                Contribution::Normalised { norm, x, g } => {
                    let x = self.values.fetch(x, self.schedule);
                    self.schedule.step(ImageStep::NormBackward { norm, x, g, dx, write });
                    g
                }
                Contribution::Fixed { norm, g } => {
                    self.schedule.step(ImageStep::FixedNormBackward { norm, g, dx, write });
                    g
                }
            };
            self.release(g);
        }
        dx.expect("a value with a gradient has readers that contribute to it")
    }

    /// The slot of a plain contribution that nobody else has to read any more.
    fn take_over(&self, waiting: &mut Vec<Contribution>) -> Option<BufferId> {
        let position = waiting.iter().position(|contribution| match contribution {
            Contribution::Plain { g } => self.remaining_uses[g] == 1,
            Contribution::Normalised { .. } | Contribution::Fixed { .. } => false,
        })?;
        match waiting.remove(position) {
            Contribution::Plain { g } | Contribution::Normalised { g, .. } | Contribution::Fixed { g, .. } => Some(g),
        }
    }

    /// The slot that a layer's backward step writes its contribution to `node`'s gradient into.
    fn contribute(&mut self, node: NodeId) -> (BufferId, Write) {
        let mut gradient = self.gradients.remove(&node).unwrap_or_default();
        if gradient.buffer.is_none() {
            gradient.buffer = self.take_over(&mut gradient.waiting);
        }
        let (buffer, write) = match gradient.buffer {
            Some(buffer) => (buffer, Write::Add),
            None => (self.new_gradient(node), Write::Set),
        };
        gradient.buffer = Some(buffer);
        self.gradients.insert(node, gradient);
        (buffer, write)
    }

    fn new_gradient(&mut self, node: NodeId) -> BufferId {
        let buffer = self.schedule.gradient(node);
        self.remaining_uses.insert(buffer, 1);
        buffer
    }

    fn release(&mut self, buffer: BufferId) {
        *self.remaining_uses.get_mut(&buffer).expect("gradients are counted when they are made") -= 1;
    }

    fn elementwise(&mut self, unit: &Unit, dy: BufferId) {
        let UnitKind::Elementwise { sources, activations } = &unit.kind else {
            unreachable!("called for elementwise units")
        };
        let g = if activations.is_empty() || self.remaining_uses[&dy] == 1 {
            dy
        } else {
            self.release(dy);
            self.new_gradient(unit.out)
        };
        if !unit.is_plain_sum() {
            let (mut terms, mut sums) = (Vec::new(), Vec::new());
            for source in sources {
                let with_sums = self.requires_grad.norm(source.norm);
                // Without an activation the terms matter to their own sums alone.
                if activations.is_empty() && !with_sums {
                    continue;
                }
                terms.push(Term { norm: source.norm, map: self.values.fetch(source.value, self.schedule) });
                sums.push(source.norm.filter(|_| with_sums).map(|norm| self.take_sums(norm)));
            }
            if !terms.is_empty() {
                self.schedule.step(ImageStep::ElementwiseBackward {
                    terms,
                    activations: activations.clone(),
                    dy,
                    g,
                    sums,
                });
            }
        }
        for source in sources.iter().filter(|source| self.requires_grad.value(source.value)) {
            *self.remaining_uses.get_mut(&g).expect("counted above") += 1;
            let contribution = match source.norm {
                Some(norm) if self.graph.is_frozen(norm) => Contribution::Fixed { norm, g },
                Some(norm) => Contribution::Normalised { norm, x: source.value, g },
                None => Contribution::Plain { g },
            };
            self.gradients.entry(source.value).or_default().waiting.push(contribution);
        }
        self.release(g);
    }

    fn take_sums(&mut self, norm: NodeId) -> SumsId {
        let sums = self.schedule.gradient_sums(norm);
        self.pending.push((norm, sums));
        sums
    }

    fn conv(&mut self, conv: NodeId, dy: BufferId) {
        let input = self.graph.inputs(conv)[0];
        if !self.graph.is_frozen(conv) {
            let x = self.values.fetch(input, self.schedule);
            self.schedule.step(ImageStep::ConvBackwardWeights { conv, x, dy });
        }
        if self.requires_grad.value(input) {
            let (dx, write) = self.contribute(input);
            self.schedule.step(ImageStep::ConvBackwardData { conv, dy, dx, write });
        }
    }

    fn linear(&mut self, linear: NodeId, dy: BufferId) {
        let input = self.graph.inputs(linear)[0];
        let dx = self.requires_grad.value(input).then(|| self.contribute(input));
        match dx {
            Some((dx, write)) if self.graph.is_frozen(linear) => {
                self.schedule.batch(BatchStep::LinearBackwardData { linear, dy, dx, write });
            }
            _ => self.schedule.batch(BatchStep::LinearBackward { linear, x: self.values.kept(input), dy, dx }),
        }
    }

    fn layer(&mut self, node: NodeId, dy: BufferId) {
        let layer = self.graph.op(node).as_per_image();
        let reads = layer.expect("other layers have backward steps of their own").backward_reads();
        for (operand, &input) in self.graph.inputs(node).iter().enumerate() {
            // The gradients of its parameters come with that of its first input.
            let learns = operand == 0 && self.graph.learns(node);
            if !learns && !self.requires_grad.value(input) {
                continue;
            }
            let value = match reads {
                Reads::Nothing => None,
                Reads::Input => Some(self.values.fetch(input, self.schedule)),
                Reads::Output => Some(self.values.kept(node)),
                Reads::OtherInput => Some(self.values.fetch(self.graph.inputs(node)[1 - operand], self.schedule)),
            };
            let dx = self.requires_grad.value(input).then(|| self.contribute(input));
            self.schedule.step(ImageStep::LayerBackward { node, operand, value, dy, dx, learns });
        }
    }
}
