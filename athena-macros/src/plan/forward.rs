//! The forward pass of a training step.
//!
//! Every step runs in the earliest phase that its operands allow: a batch norm's map can be read normalised only behind the
//! barrier that follows its statistics, and linear layers stand at barriers. So independent branches share their barriers.

use std::collections::{BTreeMap, HashMap};

use super::graph::Graph;
use super::group::{Unit, UnitKind};
use super::schedule::{Schedule, Time};
use super::step::{BatchStep, ImageStep, SumsId};
use super::values::Values;
use crate::ir::{NodeId, Op};

/// Schedules the forward pass; returns where the values are.
pub fn schedule<'a>(graph: &'a Graph<'a>, units: &[Unit], schedule: &mut Schedule) -> Values<'a> {
    let times = Times::of(graph, units);
    let values = Values::new(graph, units);
    let mut agenda: BTreeMap<Time, Vec<Event>> = BTreeMap::new();
    for unit in units {
        if !values.is_recomputed(unit.out) {
            agenda.entry(times.value[&unit.out]).or_default().push(Event::Unit(unit));
        }
    }
    for input in graph.live_inputs().filter(|input| !values.is_recomputed(*input)) {
        agenda.entry(Time::FIRST_PHASE).or_default().push(Event::Load(input));
    }
    for (&value, &time) in &times.statistics {
        if !matches!(graph.op(value), Op::Conv(_)) {
            agenda.entry(time).or_default().push(Event::Sums(value));
        }
    }
    let mut pass = Forward { times: &times, values, schedule, sums: HashMap::new() };
    let last = agenda.keys().next_back().copied();
    let mut phase = Time::FIRST_PHASE;
    while Some(phase) <= last {
        pass.run(agenda.remove(&phase).unwrap_or_default());
        pass.values.end_phase(pass.schedule);
        pass.normalise(phase);
        pass.run(agenda.remove(&phase.at_barrier()).unwrap_or_default());
        phase = phase.next_phase();
    }
    pass.values
}

/// The earliest time of every value and of the statistics that batch norms need.
struct Times {
    value: HashMap<NodeId, Time>,
    statistics: BTreeMap<NodeId, Time>,
    /// The batch norms of each value with statistics.
    norms: HashMap<NodeId, Vec<NodeId>>,
}

impl Times {
    fn of(graph: &Graph, units: &[Unit]) -> Self {
        let mut times = Self {
            value: graph.live_inputs().map(|input| (input, Time::FIRST_PHASE)).collect(),
            statistics: BTreeMap::new(),
            norms: HashMap::new(),
        };
        for unit in units {
            let time = match &unit.kind {
                UnitKind::Elementwise { sources, .. } => {
                    let ready = |times: &mut Self, value: NodeId, norm: Option<NodeId>| match norm {
                        Some(norm) if !graph.is_frozen(norm) => times.normalised(value, norm),
                        _ => times.value[&value],
                    };
                    let terms = sources.iter().map(|source| ready(&mut times, source.value, source.norm));
                    terms.max().expect("an elementwise unit has terms").in_phase()
                }
                UnitKind::Fused { .. } | UnitKind::Layer => {
                    let operands = unit.reads(graph).into_iter().map(|input| times.value[&input]);
                    let ready = operands.max().expect("a layer reads something");
                    let linear = matches!(graph.op(unit.out), Op::Linear(_));
                    if linear { ready.at_barrier() } else { ready.in_phase() }
                }
            };
            times.value.insert(unit.out, time);
        }
        times
    }

    /// From when on `value` can be read through `norm`.
    fn normalised(&mut self, value: NodeId, norm: NodeId) -> Time {
        let statistics = self.value[&value].in_phase();
        self.statistics.insert(value, statistics);
        self.norms.entry(value).or_default().push(norm);
        statistics.next_phase()
    }
}

enum Event<'a> {
    /// An input that is kept.
    Load(NodeId),
    /// A value is computed.
    Unit(&'a Unit),
    /// The statistics of a value are taken by a step of their own.
    Sums(NodeId),
}

impl Event<'_> {
    /// Values in the order of the network, the statistics of each right behind it.
    fn order(&self) -> (NodeId, bool) {
        match self {
            Event::Load(input) => (*input, false),
            Event::Unit(unit) => (unit.out, false),
            Event::Sums(value) => (*value, true),
        }
    }
}

struct Forward<'a, 'd, 'n> {
    times: &'d Times,
    values: Values<'a>,
    schedule: &'d mut Schedule<'n>,
    /// The statistics taken so far, by value.
    sums: HashMap<NodeId, SumsId>,
}

impl Forward<'_, '_, '_> {
    fn run(&mut self, mut events: Vec<Event>) {
        events.sort_by_key(Event::order);
        for event in events {
            match event {
                Event::Load(input) => {
                    let step = self.values.load(input, self.schedule);
                    self.schedule.step(step);
                }
                Event::Unit(unit) => self.unit(unit),
                Event::Sums(value) => {
                    let x = self.values.fetch(value, self.schedule);
                    let sums = self.take_sums(value);
                    self.schedule.step(ImageStep::Sums { x, sums });
                }
            }
        }
    }

    fn unit(&mut self, unit: &Unit) {
        let node = unit.out;
        if let UnitKind::Elementwise { activations, .. } = &unit.kind {
            let terms = self.values.terms(unit, self.schedule);
            let y = self.values.keep(node, self.schedule);
            return self.schedule.step(ImageStep::Elementwise { terms, activations: activations.clone(), y });
        }
        let graph = self.values.graph();
        if let UnitKind::Fused { conv, norm, adds, activations } = &unit.kind {
            let x = self.values.fetch(graph.inputs(*conv)[0], self.schedule);
            let adds = adds.iter().map(|add| self.values.fetch(*add, self.schedule)).collect();
            let y = self.values.keep(node, self.schedule);
            let (conv, norm, activations) = (*conv, *norm, activations.clone());
            return self.schedule.step(ImageStep::ConvFused { conv, x, norm, adds, activations, y });
        }
        let inputs: Vec<_> = graph.inputs(node).iter().map(|input| self.values.fetch(*input, self.schedule)).collect();
        let y = self.values.keep(node, self.schedule);
        match graph.op(node) {
            Op::Linear(_) => self.schedule.batch(BatchStep::Linear { linear: node, x: inputs[0], y }),
            Op::Conv(_) => {
                let sums = self.times.statistics.contains_key(&node).then(|| self.take_sums(node));
                self.schedule.step(ImageStep::Conv { conv: node, x: inputs[0], y, sums });
            }
            Op::PerImage(_) => self.schedule.step(ImageStep::Layer { node, inputs, y }),
            Op::Input | Op::BatchNorm(_) | Op::Activation(_) | Op::Add => {
                unreachable!("an input, or part of an elementwise unit")
            }
        }
    }

    fn take_sums(&mut self, value: NodeId) -> SumsId {
        let sums = self.schedule.value_sums(value);
        self.sums.insert(value, sums);
        sums
    }

    /// The barrier behind a phase: every batch norm whose statistics the phase completed.
    fn normalise(&mut self, phase: Time) {
        for (value, _) in self.times.statistics.iter().filter(|(_, time)| **time == phase) {
            for &norm in &self.times.norms[value] {
                self.schedule.batch(BatchStep::Normalise { norm, sums: self.sums[value] });
            }
        }
    }
}
