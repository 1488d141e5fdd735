//! Lowers layers of the user's own. Only rustc knows their types, so only the declared shape is read here.

use super::Lowerer;
use super::evaluated::Value;
use super::scope::Scope;
use crate::ast::{Expr, Own};
use crate::errors::Error;
use crate::graph::{NodeId, WrittenOp, WrittenStep};
use crate::ir::{Shape, UserLayer};
use crate::layers::own::{Declared, Pointwise};
use std::rc::Rc;

impl Lowerer<'_> {
    /// Adds a layer of the user's own.
    pub fn own_layer(&mut self, own: &Own, input: NodeId, path: String, scope: &Scope) -> NodeId {
        if !self.count_values(own.tokens) {
            return self.unknown(vec![input], own.loc, scope);
        }
        let declared = own.shape.as_ref().map_or(own.loc, |shape| shape.loc).start;
        let layer = UserLayer { expression: own.expression.clone(), end: own.loc.end, declared };
        let op = match &own.shape {
            None => WrittenOp::layer(Pointwise(layer)),
            Some(shape) => match self.declared(shape, scope) {
                Some(output) => WrittenOp::layer(Declared { layer, output }),
                None => WrittenOp::Unknown,
            },
        };
        let (text, name) = (own.text.clone(), own.path.clone());
        let step = WrittenStep { text, name, ..WrittenStep::nowhere(own.loc) };
        self.node(op, vec![input], path, "layer of your own", scope.frame, Rc::new(step))
    }

    /// Reads a declared shape: `16x8x8`, or `10` for a vector.
    fn declared(&mut self, shape: &Expr, scope: &Scope) -> Option<Shape> {
        let evaluated = self.evaluate(shape, scope);
        let sizes = match &evaluated.value {
            Value::Unknown => return None,
            Value::Int(numbers) => vec![*numbers],
            Value::Dims(sizes) => sizes.clone(),
            _ => Vec::new(),
        };
        let size = |size: &u64| usize::try_from(*size).ok().filter(|size| *size > 0);
        let sizes: Option<Vec<usize>> = sizes.iter().map(size).collect();
        match (&evaluated.value, sizes.as_deref()) {
            (Value::Int(_), Some(&[numbers])) => Some(Shape { channels: numbers, height: 1, width: 1, flat: true }),
            (_, Some(&[channels, height, width])) => Some(Shape { channels, height, width, flat: false }),
            _ => {
                let fact = format!("expected the shape that the layer makes, found `{}`", evaluated.value.text());
                let likely = match &evaluated.value {
                    Value::Dims(sizes) if sizes.len() == 2 && !sizes.contains(&0) => {
                        format!("16x{}x{}", sizes[0], sizes[1])
                    }
                    _ => "16x8x8".to_string(),
                };
                let help = format!("write `{likely}`: channels x height x width, or one number for a vector");
                self.report(Error::new(evaluated.origin, fact).help(help), scope.frame);
                None
            }
        }
    }
}
