//! The walk over a body, step by step.

use super::Resolved;
use super::layers;
use super::scope::Scope;
use crate::ast::{Block, Body, Chain, File, Operand, OperandKind, Stage, Step, Struct};
use crate::errors::Errors;
use crate::words::Kind;

/// The owner of a body.
pub enum Owner<'a> {
    /// A network's.
    Struct(&'a Struct),
    /// A block's.
    Block(&'a Block),
}

/// Resolves one body.
pub fn resolve(file: &File, body: &Body, owner: Owner, resolved: &mut Resolved, errors: &mut Errors) {
    let (block, classes) = match owner {
        Owner::Struct(network) => (None, network.classes),
        Owner::Block(block) => (Some(block), None),
    };
    let mut scope = Scope::new(file, body, block, classes, resolved, errors);
    scope.params();
    for binding in &body.lets {
        scope.chain(&binding.chain);
        if let Some(name) = &binding.name {
            scope.make(name, true);
        }
    }
    scope.chain(&body.chain);
    scope.report_unused();
}

impl<'a> Scope<'a> {
    fn chain(&mut self, chain: &'a Chain) {
        for operand in &chain.head.operands {
            self.operand(operand, chain.head.join.is_none());
        }
        for stage in &chain.stages {
            self.stage(stage);
        }
    }

    fn operand(&mut self, operand: &'a Operand, alone: bool) {
        match &operand.kind {
            OperandKind::Name(name) => self.value(name, alone),
            OperandKind::Chain(chain) => self.chain(chain),
            OperandKind::Broken => {}
        }
    }

    fn stage(&mut self, stage: &'a Stage) {
        if let Some(repeat) = &stage.repeat {
            self.value_expression(repeat, Some(Kind::Count { min: 1, max: u64::MAX }));
        }
        match &stage.step {
            Step::Call(call) => layers::resolve(self, call),
            Step::Own(own) => {
                if let Some(shape) = &own.shape {
                    self.value_expression(shape, Some(Kind::Count { min: 1, max: u64::MAX }));
                }
            }
            Step::Join(_, operands, _) => operands.iter().for_each(|operand| self.operand(operand, false)),
            Step::List(stages) => stages.iter().for_each(|stage| self.stage(stage)),
            Step::Broken => {}
        }
        if let Some(label) = &stage.label {
            self.make(label, false);
        }
    }
}
