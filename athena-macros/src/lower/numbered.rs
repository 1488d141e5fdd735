//! Labels with numbers: no other step may have a path that they make.

use super::Lowerer;
use super::scope::Steps;
use crate::ast::Numbers;
use crate::errors::Error;
use crate::graph::FrameId;
use std::collections::{HashMap, HashSet};

/// A label with numbers, in one expansion of its body.
pub struct Numbered {
    /// What all its paths start with.
    start: String,
    numbers: Numbers,
    frame: FrameId,
}

impl Lowerer<'_> {
    /// Keeps a label with numbers for [`report_doubled_paths`](Lowerer::report_doubled_paths).
    pub(super) fn numbered(&mut self, steps: Steps, numbers: &Numbers, frame: FrameId) -> Steps {
        let start = steps.start();
        self.numbered.push(Numbered { start, numbers: numbers.clone(), frame });
        steps
    }

    /// Reports labels with numbers that make the path of another step.
    pub(super) fn report_doubled_paths(&mut self) {
        let labels = std::mem::take(&mut self.numbered);
        if labels.is_empty() {
            return;
        }
        let mut seen = HashSet::new();
        let nodes = self.graph.nodes.iter().filter(|node| !node.path.is_empty());
        let doubled: Vec<String> =
            nodes.filter(|node| !seen.insert(node.path.as_str())).map(|node| node.path.clone()).collect();
        let mut errors: HashMap<u32, (Error, FrameId)> = HashMap::new();
        for path in doubled {
            let Some(label) = labels.iter().find(|label| path.starts_with(&label.start)) else { continue };
            let Numbers { before, first, behind, loc } = &label.numbers;
            let error = Error::new(*loc, format!("two steps have the path `{path}`"))
                .help(format!("write `\"{before}_{{{first}..}}{behind}\"`, or another label"));
            errors.entry(loc.first).or_insert((error, label.frame));
        }
        for (error, frame) in errors.into_values() {
            self.report(error, frame);
        }
    }
}
