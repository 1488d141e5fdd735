//! Expands blocks, repeats and lists: from the program to a flat graph for each struct.

pub mod args;
pub mod evaluated;
pub mod scope;
mod value;

mod numbered;
mod own;
mod stages;

use crate::ast::{Body, File, Name, Port, Struct};
use crate::errors::{Error, Errors};
use crate::graph::partial::Partial;
use crate::graph::{Frame, FrameId, Graph, NodeId, WrittenNode, WrittenOp, WrittenStep};
use crate::loc::Loc;
use crate::resolve::Resolved;
use crate::resolve::names::made_names;
use evaluated::{Evaluated, Value};
use scope::Scope;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// The largest number of steps of all networks of an invocation, after expansion. ResNet-1202 has 6,000. More would take too long to compile.
pub const MOST_STEPS: usize = 6_500;
/// The largest number of values of all networks of an invocation, after expansion: arguments, terms of arithmetic, tokens of
/// layers of one's own.
const MOST_VALUES: usize = 1_000_000;
/// The number of values that each step counts for, so that the expansion of networks that are too large ends.
const VALUES_OF_A_STEP: usize = 20;
/// The deepest nesting of blocks, lists and parentheses.
pub const MOST_DEPTH: usize = 64;

/// The graphs of an invocation.
pub struct Lowered {
    /// One graph per struct, in order.
    pub networks: Vec<Graph>,
    /// Blocks that are never called. Their inputs and parameters are unknown.
    pub uncalled: Vec<Graph>,
}

/// Expands every network.
pub fn lower(file: &File, resolved: &Resolved, errors: &mut Errors) -> Lowered {
    // The steps of the networks so far, without those that are too large by themselves.
    let mut before = 0;
    let mut values = 0;
    let mut networks = Vec::new();
    for network in &file.structs {
        let mut steps = 0;
        let mut lowerer = Lowerer::new(file, resolved, errors, (&mut steps, &mut values), network.name.loc);
        lowerer.before = before;
        lowerer.exhausted = before > MOST_STEPS || *lowerer.values > MOST_VALUES;
        networks.push(lowerer.network(network));
        before += if steps > MOST_STEPS { 0 } else { steps };
    }
    let mut steps = 0;
    let mut uncalled = Vec::new();
    for &index in &resolved.uncalled {
        if steps > MOST_STEPS || values > MOST_VALUES {
            break;
        }
        // The block is never called, but its mistakes are reported. Its parameters and its input are unknown.
        let block = &file.blocks[index];
        let unknown = Evaluated { value: Value::Unknown, origin: block.name.loc };
        let params = block.params.iter().map(|param| (param.name.text.clone(), unknown.clone())).collect();
        let mut lowerer = Lowerer::new(file, resolved, errors, (&mut steps, &mut values), block.name.loc);
        lowerer.uncalled = true;
        uncalled.push(lowerer.uncalled_block(&block.body, params));
    }
    Lowered { networks, uncalled }
}

/// The graph so far, and the counts for the limits of its size.
pub struct Lowerer<'a> {
    file: &'a File,
    resolved: &'a Resolved,
    errors: &'a mut Errors,
    graph: Graph,
    /// Number of steps of this network so far.
    steps: &'a mut usize,
    /// Number of values of the invocation so far.
    values: &'a mut usize,
    /// Number of steps of the networks before it.
    before: usize,
    /// The error if the networks up to this one are too large together. It is reported if this network is not too large by itself.
    total_too_large: Option<Error>,
    depth: usize,
    exhausted: bool,
    /// Whether this is a block that is never called. It may be too large.
    uncalled: bool,
    /// The step of the outermost body that is being expanded, and how to remove it.
    outermost: (Loc, String),
    /// The repeats that are being expanded, outermost first.
    repeats: Vec<Repeat>,
    /// The labels with numbers so far.
    numbered: Vec<numbered::Numbered>,
}

/// A repeat that is being expanded.
struct Repeat {
    count: Loc,
    text: String,
    round: u64,
}

impl<'a> Lowerer<'a> {
    fn new(
        file: &'a File,
        resolved: &'a Resolved,
        errors: &'a mut Errors,
        (steps, values): (&'a mut usize, &'a mut usize),
        outermost: Loc,
    ) -> Lowerer<'a> {
        let graph = Graph {
            nodes: Vec::new(),
            frames: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            promises_names: false,
        };
        let outermost = (outermost, String::new());
        Lowerer {
            file,
            resolved,
            errors,
            graph,
            steps,
            values,
            before: 0,
            total_too_large: None,
            depth: 0,
            exhausted: false,
            uncalled: false,
            outermost,
            repeats: Vec::new(),
            numbered: Vec::new(),
        }
    }

    fn network(mut self, network: &'a Struct) -> Graph {
        let names: Vec<String> = network.inputs.iter().map(|port| input_name(port).to_string()).collect();
        let frame = self.frame(None, String::new(), None, &network.body, names.iter());
        let mut inputs = HashMap::new();
        for name in &names {
            let input = self.input(WrittenOp::Input, name, frame);
            inputs.entry(name.clone()).or_insert(input);
        }
        self.graph.inputs = network.inputs.iter().map(shape_of_input).collect();
        self.graph.promises_names = network.has_named_outputs();
        let mut scope = Scope::new(frame, inputs, HashMap::new(), String::new(), labels(&network.body));
        let last = self.body(&network.body, &mut scope);
        for port in &network.outputs {
            let value = match &port.name {
                Some(name) => self.promised(name, &scope),
                None => last,
            };
            let value = value.unwrap_or_else(|| self.unknown(Vec::new(), port.loc, &scope));
            self.graph.outputs.push(value);
        }
        self.report_doubled_paths();
        self.errors.extend(self.total_too_large.take());
        self.graph
    }

    fn uncalled_block(mut self, body: &'a Body, params: HashMap<String, Evaluated>) -> Graph {
        let frame = self.frame(None, String::new(), None, body, params.keys());
        let input = self.input(WrittenOp::Unknown, "input", frame);
        let inputs = HashMap::from([("input".to_string(), input)]);
        let mut scope = Scope::new(frame, inputs, params, String::new(), labels(body));
        let value = self.body(body, &mut scope);
        self.graph.outputs.extend(value);
        self.report_doubled_paths();
        self.errors.extend(self.total_too_large.take());
        self.graph
    }

    fn input(&mut self, op: WrittenOp, name: &str, frame: FrameId) -> NodeId {
        let step = WrittenStep { text: name.into(), name: name.into(), ..WrittenStep::nowhere(self.outermost.0) };
        self.node(op, Vec::new(), name.into(), "input", frame, Rc::new(step))
    }

    /// The value of the struct's body that a promised name stands for.
    fn promised(&self, name: &Name, scope: &Scope) -> Option<NodeId> {
        scope.values.get(&name.text).copied()
    }

    /// The value of a body's last chain, if it has one.
    fn body(&mut self, body: &'a Body, scope: &mut Scope) -> Option<NodeId> {
        for binding in &body.lets {
            let value = self.chain(&binding.chain, scope);
            if let Some(name) = &binding.name {
                self.name_value(name, value, scope);
                self.graph.frames[scope.frame].lets.push((name.text.clone(), value));
            }
        }
        body.chain.as_ref().map(|chain| self.chain(chain, scope))
    }

    /// Gives a value a name; one of what comes in keeps its own, since another one was reported.
    fn name_value(&self, name: &Name, value: NodeId, scope: &mut Scope) {
        let is_input = |value: &NodeId| *value < self.graph.inputs.len() && scope.frame == 0;
        if name.text != "input" && !scope.values.get(&name.text).is_some_and(is_input) {
            scope.values.insert(name.text.clone(), value);
        }
    }

    fn frame<'p>(
        &mut self,
        parent: Option<FrameId>,
        call: String,
        round: Option<(u64, u64)>,
        body: &Body,
        params: impl Iterator<Item = &'p String>,
    ) -> FrameId {
        let mut taken: Vec<String> = made_names(body).into_iter().map(|name| name.text.clone()).collect();
        taken.extend(params.cloned());
        self.graph.frames.push(Frame {
            parent,
            call,
            round,
            taken: Rc::new(taken),
            numbers: Vec::new(),
            lets: Vec::new(),
            without: None,
        });
        self.graph.frames.len() - 1
    }

    fn node(
        &mut self,
        op: WrittenOp,
        inputs: Vec<NodeId>,
        path: String,
        word: &'static str,
        frame: FrameId,
        step: Rc<WrittenStep>,
    ) -> NodeId {
        self.graph.nodes.push(WrittenNode { op, inputs, path, word, frame, step });
        self.graph.nodes.len() - 1
    }

    fn report(&mut self, error: Error, frame: FrameId) {
        let call = self.graph.call(frame);
        let error = match &call {
            Some(call) if !error.notes.iter().any(|note| note.contains(call.as_str())) => {
                error.note(format!("in {call}"))
            }
            _ => error,
        };
        self.errors.push(error.called(self.graph.site(frame)));
    }

    /// Counts a step. Returns `false` if there are too many; then nothing more is expanded.
    fn count_step(&mut self) -> bool {
        *self.steps += 1;
        self.count_values(VALUES_OF_A_STEP);
        if *self.steps > MOST_STEPS && !self.exhausted {
            self.exhausted = true;
            self.total_too_large = None;
            if !self.uncalled {
                let fact = format!("the network has more than {MOST_STEPS} steps");
                let error = self.too_many(fact, "call fewer blocks from within blocks");
                self.errors.push(error);
            }
        } else if self.before + *self.steps == MOST_STEPS + 1 && !self.exhausted {
            let way = "put each network into a `resnet!` of its own";
            let fact = format!("the networks of this `resnet!` have more than {MOST_STEPS} steps");
            self.total_too_large = Some(self.too_many(fact, way));
        }
        !self.exhausted
    }

    /// Counts values. Returns `false` if there are too many.
    fn count_values(&mut self, count: usize) -> bool {
        *self.values = self.values.saturating_add(count);
        if *self.values > MOST_VALUES && !self.exhausted {
            self.exhausted = true;
            self.total_too_large = None;
            if !self.uncalled {
                let fact = format!("the steps written out have more than {MOST_VALUES} arguments and numbers");
                let error = self.too_many(fact, "shorten its arithmetic");
                self.errors.push(error);
            }
        }
        !self.exhausted
    }

    /// The error for too many steps or values, at the outermost repeat that could be shorter.
    fn too_many(&self, fact: String, way: &str) -> Error {
        let blamed = self.repeats.iter().find(|repeat| repeat.round > 1).or(self.repeats.last());
        let at = blamed.map_or(self.outermost.0, |repeat| repeat.count);
        let error = Error::new(at, fact);
        match blamed {
            Some(repeat) => error.help(format!("write `{}`, or {way}", (repeat.round / 2).max(1))),
            // The start of a body is too large by itself.
            None if self.outermost.1.is_empty() => error.help(way),
            None => error.help(format!("remove `{}`, or {way}", self.outermost.1)),
        }
    }

    /// Enters a block, a list or a parenthesis. Returns `false` if that is too deep; otherwise [`Lowerer::leave`] must follow.
    fn enter(&mut self, at: Loc, help: impl Fn() -> String) -> bool {
        if self.depth == MOST_DEPTH && !self.exhausted {
            self.exhausted = true;
            if !self.uncalled {
                let error = Error::new(at, format!("more than {MOST_DEPTH} blocks and brackets inside one another"));
                self.errors.push(error.help(help()));
            }
        }
        if self.exhausted {
            return false;
        }
        self.depth += 1;
        true
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}

/// What a body calls an input.
fn input_name(port: &Port) -> &str {
    port.name.as_ref().map_or("input", |name| &name.text)
}

fn shape_of_input(port: &Port) -> Partial {
    port.extent.map_or(Partial::UNKNOWN, Partial::of)
}

/// Every label of a body. A `let` names no parameters and takes no path.
fn labels(body: &Body) -> Rc<HashSet<String>> {
    let lets: HashSet<u32> = body.lets.iter().filter_map(|binding| Some(binding.name.as_ref()?.loc.first)).collect();
    let names = made_names(body).into_iter().filter(|name| !lets.contains(&name.loc.first));
    Rc::new(names.map(|name| name.text.clone()).collect())
}
