//! The walk over a body, step by step.

use super::Resolved;
use super::layers;
use super::ports;
use super::scope::{Origin, Owner, Scope};
use crate::ast::{Body, Chain, File, Operand, OperandKind, Stage, Step};
use crate::errors::Errors;
use crate::words::Kind;

/// Resolves one body.
pub fn resolve(file: &File, body: &Body, owner: Owner, resolved: &mut Resolved, errors: &mut Errors) {
    let mut scope = Scope::new(file, body, owner, resolved, errors);
    scope.params();
    if let Owner::Struct(network) = owner {
        ports::inputs(&mut scope, network);
    }
    let before = scope.errors.len();
    for binding in &body.lets {
        scope.chain(&binding.chain);
        if let Some(name) = &binding.name {
            scope.make(name, Origin::Let);
        }
    }
    body.chain.iter().for_each(|chain| scope.chain(chain));
    if let Owner::Struct(network) = owner {
        // What is missing may be hidden by what is wrong in the body.
        let is_whole = body.is_sound && !scope.lost_name && scope.errors.len() == before;
        ports::outputs(&mut scope, network, is_whole);
        if is_whole {
            ports::unread(&mut scope, network);
        }
    }
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
        self.repeats += usize::from(stage.repeat.is_some());
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
        self.repeats -= usize::from(stage.repeat.is_some());
        if let Some(label) = &stage.label {
            self.make(label, Origin::Label);
        }
    }
}
