//! Where a shape came from.

use super::Checked;
use crate::graph::{FrameId, NodeId, Op};
use crate::infer::partial::Partial;

/// Which sizes of a shape a question is about: channels, height, width.
pub type Sizes = [bool; 3];

/// Every size.
pub const ALL: Sizes = [true; 3];

/// The sizes in which two shapes differ.
pub fn difference(left: Partial, right: Partial) -> Sizes {
    let differ = |left: Option<usize>, right: Option<usize>| left.is_some() && right.is_some() && left != right;
    [differ(left.channels, right.channels), differ(left.height, right.height), differ(left.width, right.width)]
}

impl Checked<'_> {
    /// The node that gave a value these sizes: back over every step that left them as they were.
    pub fn origin(&self, node: NodeId, sizes: Sizes) -> NodeId {
        let mut at = node;
        while let Some(&before) = self.graph.nodes[at].inputs.first() {
            let (shape, earlier) = (self.shapes[at], self.shapes[before]);
            let changed = difference(shape, earlier).iter().zip(sizes).any(|(differs, asked)| *differs && asked);
            if changed || shape.flat != earlier.flat {
                break;
            }
            at = before;
        }
        at
    }

    /// `` `max_pool(3, stride = 2)` in `stem()` ``, or the network's image.
    pub fn step(&self, node: NodeId) -> String {
        let node = &self.graph.nodes[node];
        if node.op == Op::Input {
            return "the network's image".to_string();
        }
        match self.graph.call(node.frame) {
            Some(call) => format!("`{}` in {call}", node.step.text),
            None => format!("`{}`", node.step.text),
        }
    }

    /// The text of an argument of a node, if it means the same in `frame`.
    pub fn argument(&self, node: NodeId, name: &str, frame: FrameId) -> Option<&str> {
        let node = &self.graph.nodes[node];
        let given = node.step.arg(name)?;
        (node.frame == frame).then_some(given.text.as_str())
    }

    /// Where a layer's input got its shape: a note.
    pub fn became(&self, node: NodeId, sizes: Sizes) -> String {
        let origin = self.origin(node, sizes);
        let shape = self.shapes[node];
        if self.graph.nodes[origin].op == Op::Input {
            return format!("the network's image is {}", self.shapes[origin]);
        }
        let is_map = shape.flat != Some(true) && shape.known().is_some();
        let what = if is_map { "the map" } else { "it" };
        format!("{what} became {shape} at {}", self.step(origin))
    }
}
