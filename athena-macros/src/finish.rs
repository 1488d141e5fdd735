//! From a checked graph to [`ir::Network`](crate::ir::Network): sugar and unused values gone, every shape known.

use crate::graph::{Graph, Node, NodeId, Op, ShortcutOption, Window};
use crate::infer::partial::Partial;
use crate::infer::window;
use crate::ir;

/// The network; `None` if anything is unknown.
pub fn finish(graph: &Graph, shapes: &[Partial]) -> Option<ir::Network> {
    let used = used(graph);
    let mut users = vec![Vec::new(); graph.nodes.len()];
    for id in (0..graph.nodes.len()).filter(|id| used[*id]) {
        graph.nodes[id].inputs.iter().for_each(|input| users[*input].push(id));
    }
    let mut finisher =
        Finisher { graph, shapes, users: &users, nodes: Vec::new(), made: vec![None; graph.nodes.len()] };
    for id in (0..graph.nodes.len()).filter(|id| used[*id]) {
        let value = finisher.node(id)?;
        finisher.made[id] = Some(value);
    }
    let output = finisher.made[graph.output]?;
    graph.classes?;
    Some(ir::Network { nodes: finisher.nodes, output })
}

/// What the output depends on, and the input.
pub fn used(graph: &Graph) -> Vec<bool> {
    let mut used = vec![false; graph.nodes.len()];
    used[graph.output] = true;
    used[0] = true;
    for id in (0..graph.nodes.len()).rev() {
        if used[id] {
            graph.nodes[id].inputs.iter().for_each(|input| used[*input] = true);
        }
    }
    used
}

struct Finisher<'g> {
    graph: &'g Graph,
    shapes: &'g [Partial],
    /// Which used nodes read each node.
    users: &'g [Vec<NodeId>],
    nodes: Vec<ir::Node>,
    /// Where each node of the graph went.
    made: Vec<Option<ir::NodeId>>,
}

impl Finisher<'_> {
    fn node(&mut self, id: NodeId) -> Option<ir::NodeId> {
        let node = &self.graph.nodes[id];
        let shape = self.shapes[id].known()?;
        let inputs: Vec<ir::NodeId> = node.inputs.iter().map(|input| self.made[*input]).collect::<Option<_>>()?;
        if let Op::Shortcut { stride, option, .. } = node.op {
            return self.shortcut(node, *inputs.first()?, shape, stride?, option);
        }
        if let Op::User { layer, .. } = &node.op {
            return Some(self.user_layer(node, *inputs.first()?, shape, layer));
        }
        let op = self.op(id, node)?;
        if op == ir::Op::Multiply {
            return self.product(inputs, shape, node);
        }
        let inputs = if op == ir::Op::Add { self.at_most(ir::MOST_TERMS, inputs, shape, node) } else { inputs };
        let word = if matches!(op, ir::Op::Pointwise(_)) { &node.step.name } else { node.word };
        Some(self.push(op, inputs, shape, node.path.clone(), word, node))
    }

    /// The operands of a sum, or fewer partial sums if there are more than `most`.
    fn at_most(&mut self, most: usize, mut terms: Vec<ir::NodeId>, shape: ir::Shape, node: &Node) -> Vec<ir::NodeId> {
        while terms.len() > most {
            let rest = terms.split_off(most);
            let partial = self.push(ir::Op::Add, terms, shape, node.path.clone(), node.word, node);
            terms = rest;
            terms.insert(0, partial);
        }
        terms
    }

    /// A product of any number of values, two at a time: first the value that has the whole shape, then what multiplies it.
    fn product(&mut self, mut factors: Vec<ir::NodeId>, shape: ir::Shape, node: &Node) -> Option<ir::NodeId> {
        let is_whole = |factor: &ir::NodeId| self.nodes[factor.0].shape == shape;
        let whole = factors.remove(factors.iter().position(is_whole)?);
        let product =
            |whole, factor| self.push(ir::Op::Multiply, vec![whole, factor], shape, node.path.clone(), node.word, node);
        Some(factors.into_iter().fold(whole, product))
    }

    fn push(
        &mut self,
        op: ir::Op,
        inputs: Vec<ir::NodeId>,
        shape: ir::Shape,
        path: String,
        word: &str,
        node: &Node,
    ) -> ir::NodeId {
        self.nodes.push(ir::Node {
            op,
            inputs,
            shape,
            path,
            word: word.to_string(),
            span: node.step.word.start,
            frozen: false,
        });
        ir::NodeId(self.nodes.len() - 1)
    }

    fn op(&self, id: NodeId, node: &Node) -> Option<ir::Op> {
        Some(match &node.op {
            Op::Unknown | Op::Shortcut { .. } | Op::User { .. } => return None,
            Op::Pointwise(layer) => ir::Op::Pointwise(layer.clone()),
            Op::Input => ir::Op::Input,
            Op::Conv { window, groups, bias, init, .. } => ir::Op::Conv {
                window: known_window(window)?,
                groups: (*groups)?,
                bias: bias.unwrap_or_else(|| !self.only_norms_follow(id)),
                init: *init,
            },
            Op::BatchNorm { momentum, eps, affine } => {
                ir::Op::BatchNorm { momentum: *momentum, eps: *eps, affine: *affine }
            }
            Op::Activation(activation) => ir::Op::Activation(*activation),
            Op::MaxPool(window) => ir::Op::MaxPool(known_window(window)?),
            Op::AvgPool(window) => ir::Op::AvgPool(known_window(window)?),
            Op::GlobalAvgPool => ir::Op::GlobalAvgPool,
            Op::Flatten => ir::Op::Flatten,
            Op::Linear { outputs, bias, init } => ir::Op::Linear { outputs: (*outputs)?, bias: *bias, init: *init },
            Op::Dropout { p } => ir::Op::Dropout { p: *p },
            Op::Pad { amount, mode } => ir::Op::Pad { amount: (*amount)?, mode: *mode },
            Op::Add => ir::Op::Add,
            Op::Multiply => ir::Op::Multiply,
            Op::Concat => ir::Op::Concat,
            Op::Softmax => ir::Op::Softmax,
        })
    }

    /// Whether a bias would be taken out again by the batch norms that alone use the value.
    fn only_norms_follow(&self, id: NodeId) -> bool {
        let users = &self.users[id];
        let is_norm = |user: &NodeId| matches!(self.graph.nodes[*user].op, Op::BatchNorm { .. });
        !users.is_empty() && users.iter().all(is_norm) && id != self.graph.output
    }

    /// Between two conversions, for the user's code works on plain numbers.
    fn user_layer(&mut self, node: &Node, input: ir::NodeId, shape: ir::Shape, layer: &ir::UserLayer) -> ir::NodeId {
        let from = self.nodes[input.0].shape;
        let x = match from.flat {
            true => input,
            false => {
                self.push(ir::Op::Flatten, vec![input], vector(from), format!("{}.in", node.path), "flatten", node)
            }
        };
        let sizes = |shape: ir::Shape| [shape.channels, shape.height, shape.width];
        let op = ir::Op::User { layer: layer.clone(), input: sizes(from), output: sizes(shape) };
        let y = self.push(op, vec![x], vector(shape), node.path.clone(), &node.step.name, node);
        match shape.flat {
            true => y,
            false => self.push(ir::Op::Unflatten, vec![y], shape, format!("{}.out", node.path), "unflatten", node),
        }
    }

    /// Options B and C project with a convolution (`.0`) and a batch norm (`.1`), as torchvision's `downsample` does.
    fn shortcut(
        &mut self,
        node: &Node,
        input: ir::NodeId,
        shape: ir::Shape,
        stride: [usize; 2],
        option: ShortcutOption,
    ) -> Option<ir::NodeId> {
        if option != ShortcutOption::C && self.nodes[input.0].shape == shape {
            return Some(input);
        }
        if option == ShortcutOption::A {
            let op = ir::Op::Subsample { stride };
            return Some(self.push(op, vec![input], shape, node.path.clone(), node.word, node));
        }
        let window = ir::Window { kernel: [1, 1], stride, padding: [0, 0], dilation: [1, 1] };
        let conv = ir::Op::Conv { window, groups: 1, bias: false, init: ir::Init::HeNormal };
        let conv = self.push(conv, vec![input], shape, format!("{}.0", node.path), "conv", node);
        let norm = ir::Op::BatchNorm { momentum: 0.1, eps: 1e-5, affine: true };
        Some(self.push(norm, vec![conv], shape, format!("{}.1", node.path), "batch_norm", node))
    }
}

/// A map's numbers as a vector.
fn vector(map: ir::Shape) -> ir::Shape {
    ir::Shape { channels: map.channels * map.height * map.width, height: 1, width: 1, flat: true }
}

fn known_window(window: &Window) -> Option<ir::Window> {
    Some(ir::Window {
        kernel: window.kernel?,
        stride: window.stride?,
        padding: window::padding(window)?,
        dilation: window.dilation?,
    })
}
