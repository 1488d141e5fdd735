//! Runs a plan's programs over memory whose cells remember who wrote them, and compares the results with the reference.

use std::collections::HashMap;

use super::reference::{self, Expected, Number};
use crate::ir::{Network, NodeId, Op, Shape};
use crate::plan::step::Access;
use crate::plan::{BatchStep, BufferId, ImageStep, Item, Place, Plan, Program, SumsId, Term, Write};

/// Checks both programs of a plan.
pub fn check(network: &Network, plan: &Plan) {
    let mut machine = Machine::new(network, &plan.inference, false);
    machine.run(&plan.inference.forward);
    assert_eq!(machine.outputs(), reference::infer(network), "the outputs of inference");

    let expected = reference::train(network);
    let training = &plan.training;
    let mut machine = Machine::new(network, training, true);
    machine.run(&training.forward);
    assert_eq!(machine.outputs(), expected.outputs, "the outputs of training");
    machine.write_output_gradients();
    machine.run(&training.backward);
    assert_eq!(machine.outputs(), expected.outputs, "the outputs are still there after backward");
    machine.compare(&expected, plan);
}

/// What a cell of memory holds: the number of the write, or nothing that anybody may read.
type Cell = Option<usize>;

struct Machine<'a> {
    network: &'a Network,
    program: &'a Program,
    training: bool,
    image: Vec<Cell>,
    scratch: Vec<Cell>,
    writes: usize,
    maps: HashMap<BufferId, (usize, Number)>,
    sums: HashMap<SumsId, (usize, (Number, Number))>,
    /// By batch norm: the statistics that it normalises with.
    statistics: HashMap<NodeId, Number>,
    /// By batch norm: what `NormBackward` needs, and the gradients of its parameters.
    coefficients: HashMap<NodeId, (Number, Number)>,
    weights: HashMap<NodeId, Number>,
}

impl<'a> Machine<'a> {
    fn new(network: &'a Network, program: &'a Program, training: bool) -> Self {
        Self {
            network,
            program,
            training,
            image: vec![None; program.image],
            scratch: Vec::new(),
            writes: 0,
            maps: HashMap::new(),
            sums: HashMap::new(),
            statistics: HashMap::new(),
            coefficients: HashMap::new(),
            weights: HashMap::new(),
        }
    }

    fn cells(&mut self, buffer: BufferId) -> &mut [Cell] {
        let slot = &self.program.buffers[buffer.0];
        let range = slot.offset..slot.offset + slot.len();
        match slot.place {
            Place::Image => &mut self.image[range],
            Place::Scratch => &mut self.scratch[range],
        }
    }

    fn read(&mut self, buffer: BufferId) -> Number {
        let name = &self.program.buffers[buffer.0].name;
        let (write, number) = *self.maps.get(&buffer).unwrap_or_else(|| panic!("{name} is read before it is written"));
        assert!(self.cells(buffer).iter().all(|cell| *cell == Some(write)), "{name} has been overwritten");
        number
    }

    fn write(&mut self, buffer: BufferId, number: Number) {
        assert!(self.program.buffers[buffer.0].offset.is_multiple_of(16));
        self.writes += 1;
        let write = self.writes;
        self.cells(buffer).fill(Some(write));
        self.maps.insert(buffer, (write, number));
    }

    fn outputs(&mut self) -> Vec<Number> {
        self.program.outputs.iter().map(|output| self.read(*output)).collect()
    }

    /// As the loss does: where an output is the same value as one before it, its gradient is added.
    fn write_output_gradients(&mut self) {
        let slots = &self.program.output_gradients;
        assert_eq!(slots.len(), self.network.outputs.len());
        for (number, slot) in slots.iter().enumerate() {
            let write = if slots[..number].contains(slot) { Write::Add } else { Write::Set };
            self.put(*slot, reference::output_gradient(number), write);
        }
    }

    fn put(&mut self, buffer: BufferId, number: Number, write: Write) {
        let before = match write {
            Write::Set => Number::ZERO,
            Write::Add => self.read(buffer),
        };
        self.write(buffer, before + number);
    }

    fn sums_cells(&mut self, sums: SumsId) -> &mut [Cell] {
        let slot = &self.program.sums[sums.0];
        &mut self.image[slot.offset..slot.offset + slot.len()]
    }

    fn read_sums(&mut self, sums: SumsId) -> (Number, Number) {
        let (write, numbers) = self.sums[&sums];
        assert!(self.sums_cells(sums).iter().all(|cell| *cell == Some(write)), "sums have been overwritten");
        numbers
    }

    fn write_sums(&mut self, sums: SumsId, numbers: (Number, Number)) {
        self.writes += 1;
        let write = self.writes;
        self.sums_cells(sums).fill(Some(write));
        self.sums.insert(sums, (write, numbers));
    }

    fn run(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Phase(phase) => {
                    assert!(!phase.steps.is_empty());
                    self.scratch = vec![None; phase.scratch];
                    for step in &phase.steps {
                        self.disjoint(&step.accesses(), &step.sums());
                        self.halos(step);
                        self.step(step, &phase.gradients);
                    }
                }
                Item::Batch(step) => {
                    self.disjoint(&step.accesses(), &[]);
                    let image = |buffer: &BufferId| self.program.buffers[buffer.0].place == Place::Image;
                    assert!(
                        step.accesses().iter().all(|(buffer, _)| image(buffer)),
                        "{step:?} works on the image part"
                    );
                    self.batch(step);
                }
            }
        }
    }

    /// The slots of one step do not overlap, unless they are the same slot and nobody writes it while another reads.
    fn disjoint(&self, accesses: &[(BufferId, Access)], sums: &[SumsId]) {
        let mut ranges = Vec::new();
        for (buffer, access) in accesses {
            let slot = &self.program.buffers[buffer.0];
            ranges.push((slot.place, slot.offset, slot.offset + slot.len(), *access == Access::Read));
        }
        for sums in sums {
            let slot = &self.program.sums[sums.0];
            ranges.push((Place::Image, slot.offset, slot.offset + slot.len(), false));
        }
        for (at, one) in ranges.iter().enumerate() {
            for other in &ranges[..at] {
                let overlap = one.0 == other.0 && one.1 < other.2 && other.1 < one.2;
                let shared = one.3 && other.3 && (one.1, one.2) == (other.1, other.2);
                assert!(!overlap || shared, "the slots of a step overlap: {accesses:?}");
            }
        }
    }

    fn halos(&self, step: &ImageStep) {
        for (buffer, needed) in step.halos(self.network) {
            let halo = self.program.buffers[buffer.0].halo;
            assert!(halo[0] >= needed[0] && halo[1] >= needed[1]);
        }
    }

    fn is_shaped(&self, buffer: BufferId, node: NodeId) {
        let (shape, expected): (Shape, Shape) =
            (self.program.buffers[buffer.0].shape, self.network.nodes[node.0].shape);
        assert_eq!((shape.channels, shape.height, shape.width), (expected.channels, expected.height, expected.width));
    }

    fn operand(&self, node: NodeId, operand: usize) -> NodeId {
        self.network.nodes[node.0].inputs[operand]
    }

    fn is_frozen(&self, node: NodeId) -> bool {
        self.network.nodes[node.0].frozen
    }

    fn statistics(&self, norm: NodeId) -> Number {
        match self.training && !self.is_frozen(norm) {
            true => *self.statistics.get(&norm).expect("a batch norm is read behind its barrier"),
            false => reference::running(norm),
        }
    }

    fn term(&mut self, term: &Term) -> Number {
        let x = self.read(term.map);
        match term.norm {
            Some(norm) => reference::norm(norm, x, self.statistics(norm)),
            None => x,
        }
    }

    fn step(&mut self, step: &ImageStep, gradients: &[NodeId]) {
        match step {
            ImageStep::Load { input, y } => {
                let node = self.network.inputs[*input];
                self.is_shaped(*y, node);
                self.write(*y, reference::input(node));
            }
            ImageStep::Conv { conv, x, y, sums } => {
                self.is_shaped(*x, self.operand(*conv, 0));
                self.is_shaped(*y, *conv);
                let value = reference::weight(*conv) * self.read(*x);
                self.write(*y, value);
                if let Some(sums) = sums {
                    self.write_sums(*sums, (reference::statistics(value), Number::ZERO));
                }
            }
            ImageStep::Sums { x, sums } => {
                let value = self.read(*x);
                self.write_sums(*sums, (reference::statistics(value), Number::ZERO));
            }
            ImageStep::ConvFused { conv, x, norm, adds, activations, y } => {
                self.is_shaped(*x, self.operand(*conv, 0));
                let mut value = reference::weight(*conv) * self.read(*x);
                if let Some(norm) = norm {
                    assert!(!self.training || self.is_frozen(*norm), "the norm is fixed");
                    value = reference::norm(*norm, value, reference::running(*norm));
                }
                value = value + adds.iter().map(|add| self.read(*add)).sum();
                let value = activations.iter().fold(value, |value, f| reference::activation(*f, value));
                self.write(*y, value);
            }
            ImageStep::Elementwise { terms, activations, y } => {
                let value = terms.iter().map(|term| self.term(term)).sum();
                let value = activations.iter().fold(value, |value, f| reference::activation(*f, value));
                self.write(*y, value);
            }
            ImageStep::Layer { node, inputs, y } => {
                let layer = self.network.nodes[node.0].op.as_per_image();
                assert!(self.training || layer.is_some_and(|layer| !layer.is_identity_in_inference()));
                self.is_shaped(*y, *node);
                let inputs: Vec<Number> = inputs.iter().map(|input| self.read(*input)).collect();
                self.write(*y, reference::layer(self.network, *node, &inputs));
            }
            ImageStep::ConvBackwardWeights { conv, x, dy } => {
                assert!(gradients.contains(conv), "the phase knows whose gradients it adds up");
                let gradient = self.read(*x) * self.read(*dy);
                assert!(self.weights.insert(*conv, gradient).is_none(), "a weight's gradient is computed once");
            }
            ImageStep::ConvBackwardData { conv, dy, dx, write } => {
                let gradient = reference::weight(*conv) * self.read(*dy);
                self.put(*dx, gradient, *write);
            }
            ImageStep::ElementwiseBackward { terms, activations, dy, g, sums } => {
                self.elementwise_backward(terms, activations, (*dy, *g), sums)
            }
            ImageStep::NormBackward { norm, x, g, dx, write } => {
                let sums = *self.coefficients.get(norm).expect("a gradient is normalised behind its barrier");
                let (x, g) = (self.read(*x), self.read(*g));
                self.put(*dx, reference::norm_slope(*norm, x, g, self.statistics(*norm), sums), *write);
            }
            ImageStep::FixedNormBackward { norm, g, dx, write } => {
                assert!(self.is_frozen(*norm));
                let g = self.read(*g);
                self.put(*dx, reference::fixed_norm_slope(*norm, g), *write);
            }
            ImageStep::Add { g, dx, write } => {
                let g = self.read(*g);
                self.put(*dx, g, *write);
            }
            ImageStep::LayerBackward { node, operand, value, dy, dx, learns } => {
                let value = value.map(|value| self.read(value));
                let dy = self.read(*dy);
                if let Some((dx, write)) = dx {
                    self.is_shaped(*dx, self.operand(*node, *operand));
                    self.put(*dx, reference::layer_slope(self.network, *node, *operand, value, dy), *write);
                }
                assert_eq!(*learns, gradients.contains(node), "the phase knows whose gradients it adds up");
                if *learns {
                    let gradient = value.expect("a layer with parameters reads its input again") * dy;
                    assert!(self.weights.insert(*node, gradient).is_none(), "a weight's gradient is computed once");
                }
            }
        }
    }

    fn elementwise_backward(
        &mut self,
        terms: &[Term],
        activations: &[crate::ir::Activation],
        (dy, g_slot): (BufferId, BufferId),
        sums: &[Option<SumsId>],
    ) {
        let mut g = self.read(dy);
        if !activations.is_empty() {
            let mut z: Number = terms.iter().map(|term| self.term(term)).sum();
            for f in activations {
                g = g * reference::activation_slope(*f, z);
                z = reference::activation(*f, z);
            }
        }
        if g_slot != dy || !activations.is_empty() {
            self.write(g_slot, g);
        }
        assert_eq!(terms.len(), sums.len());
        for (term, sums) in terms.iter().zip(sums) {
            let Some(sums) = sums else { continue };
            let x = self.read(term.map);
            let statistics = self.statistics(term.norm.expect("plain terms have no sums"));
            self.write_sums(*sums, reference::gradient_sums(g, x, statistics));
        }
    }

    fn batch(&mut self, step: &BatchStep) {
        match step {
            BatchStep::Normalise { norm, sums } => {
                let statistics = self.read_sums(*sums).0;
                assert!(self.statistics.insert(*norm, statistics).is_none(), "running statistics move once a step");
            }
            BatchStep::Linear { linear, x, y } => {
                let value = reference::weight(*linear) * self.read(*x);
                self.write(*y, value);
            }
            BatchStep::NormaliseBackward { norm, sums } => {
                let sums = self.read_sums(*sums);
                assert!(self.coefficients.insert(*norm, sums).is_none());
            }
            BatchStep::LinearBackward { linear, x, dy, dx } => {
                let gradient = self.read(*x) * self.read(*dy);
                assert!(self.weights.insert(*linear, gradient).is_none());
                if let Some((dx, write)) = dx {
                    let gradient = reference::weight(*linear) * self.read(*dy);
                    self.put(*dx, gradient, *write);
                }
            }
            BatchStep::LinearBackwardData { linear, dy, dx, write } => {
                assert!(self.is_frozen(*linear));
                let gradient = reference::weight(*linear) * self.read(*dy);
                self.put(*dx, gradient, *write);
            }
        }
    }

    fn compare(&self, expected: &Expected, plan: &Plan) {
        for (index, node) in self.network.nodes.iter().enumerate() {
            let id = NodeId(index);
            let learns = plan.live[index] && self.network.learns(node);
            if let Op::BatchNorm(norm) = &node.op {
                // The sums of one without parameters serve the map before it.
                if norm.shift {
                    let gradients = self.coefficients.get(&id).copied();
                    assert_eq!(gradients.is_some(), learns, "{} has gradients if it learns", node.path);
                    let gradients = gradients.unwrap_or((Number::ZERO, Number::ZERO));
                    assert_eq!(gradients, expected.norms[index], "the gradients of {}", node.path);
                }
                continue;
            }
            let gradient = self.weights.get(&id).copied();
            assert_eq!(gradient.is_some(), learns, "{} has a gradient if it learns", node.path);
            assert_eq!(gradient.unwrap_or(Number::ZERO), expected.weights[index], "the gradient of {}", node.path);
        }
    }
}
