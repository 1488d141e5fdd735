//! Finds the steps that gave a value its shape.

use super::partial::Partial;
use super::{Checked, FrameId, NodeId};

/// A selection of the sizes of a shape: channels, height, width.
pub type Sizes = [bool; 3];

/// Every size.
pub const ALL: Sizes = [true; 3];
/// The channels alone.
pub const CHANNELS: Sizes = [true, false, false];
/// Height and width.
pub const SPACE: Sizes = [false, true, true];

/// The sizes in which two shapes differ.
pub fn difference(left: Partial, right: Partial) -> Sizes {
    let differ = |left: Option<usize>, right: Option<usize>| left.is_some() && right.is_some() && left != right;
    [differ(left.channels, right.channels), differ(left.height, right.height), differ(left.width, right.width)]
}

impl Checked<'_> {
    /// The node that gave a value these sizes. The search goes back over steps that did not change them.
    pub fn origin(&self, node: NodeId, sizes: Sizes) -> NodeId {
        let mut at = node;
        while let Some(&before) = self.graph.nodes[at].inputs.first() {
            let (shape, earlier) = (self.shapes[at], self.shapes[before]);
            // A size that was unknown before counts as made here.
            let made = |here: Option<usize>, before: Option<usize>| here.is_some() && here != before;
            let made = [
                made(shape.channels, earlier.channels),
                made(shape.height, earlier.height),
                made(shape.width, earlier.width),
            ];
            let changed = made.iter().zip(sizes).any(|(made, asked)| *made && asked);
            if changed || shape.flat != earlier.flat {
                break;
            }
            at = before;
        }
        at
    }

    /// The last step that decided the number of channels of a value, even if the number did not change.
    pub fn channels_of(&self, node: NodeId) -> NodeId {
        let mut at = node;
        let end = self.origin(node, CHANNELS);
        let decides = |at: NodeId| self.graph.nodes[at].op.written().is_some_and(|layer| layer.decides_channels());
        while at != end && !decides(at) {
            at = self.graph.nodes[at].inputs[0];
        }
        at
    }

    /// The steps that gave a value these sizes: `` since `conv(16, 3x3)` ``. If different steps gave different sizes, each is listed, as in
    /// `` : 16 channels since `conv(16, 3x3)`, 8x8 since `max_pool(2)` ``.
    pub fn history(&self, node: NodeId, sizes: Sizes, since: &str) -> String {
        let space = self.origin(node, SPACE);
        let channels = if sizes == CHANNELS { self.channels_of(node) } else { self.origin(node, CHANNELS) };
        let last = space.max(channels);
        let asked = match sizes {
            CHANNELS => channels,
            [false, ..] => space,
            _ => last,
        };
        let is_image = self.graph.nodes[asked].op.is_input();
        let Partial { channels: Some(count), height: Some(height), width: Some(width), .. } = self.shapes[node] else {
            return format!(" {since} {}", self.step(if is_image { last } else { asked }));
        };
        if asked == last || is_image {
            return format!(" {since} {}", self.step(last));
        }
        let frame = |node: NodeId| self.graph.nodes[node].frame;
        let by = match frame(channels) == frame(space) && !self.graph.nodes[channels].op.is_input() {
            true => format!("`{}`", self.graph.nodes[channels].step.text),
            false => self.step(channels),
        };
        format!(": {count} channels {since} {by}, {height}x{width} {since} {}", self.step(space))
    }

    /// What comes in: the network's image, or `` the input `scan` ``.
    fn input(&self, id: NodeId) -> String {
        match (self.graph.nodes[id].step.text.as_str(), self.shapes[id].flat) {
            ("input", Some(true)) => "the network's input".to_string(),
            ("input", _) => "the network's image".to_string(),
            (name, _) => format!("the input `{name}`"),
        }
    }

    /// `` `max_pool(3, stride = 2)` in `stem()` ``, or the network's image.
    pub fn step(&self, id: NodeId) -> String {
        let node = &self.graph.nodes[id];
        if node.op.is_input() {
            return self.input(id);
        }
        match self.graph.call(node.frame) {
            Some(call) => format!("`{}` in {call}", node.step.text),
            None => format!("`{}`", node.step.text),
        }
    }

    /// The text of an argument of a node, if the text means the same in `frame`.
    pub fn argument(&self, node: NodeId, name: &str, frame: FrameId) -> Option<&str> {
        let node = &self.graph.nodes[node];
        let given = node.step.arg(name)?;
        (node.frame == frame).then_some(given.text.as_str())
    }

    /// The note that says which step gave a layer's input its shape.
    pub fn became(&self, node: NodeId, sizes: Sizes) -> String {
        let origin = self.origin(node, sizes);
        let shape = self.shapes[node];
        if self.graph.nodes[origin].op.is_input() {
            return format!("{} is {}", self.input(origin), self.shapes[origin]);
        }
        let is_map = shape.flat != Some(true) && shape.known().is_some();
        let what = if is_map { "the map" } else { "it" };
        format!("{what} became {shape}{}", self.history(node, sizes, "at"))
    }
}
