//! The names that a body gives to values.

use crate::ast::{Body, Chain, Name, Operand, OperandKind, Stage, Step};

/// Every name that a body gives to a value, in source order.
pub fn made_names(body: &Body) -> Vec<&Name> {
    let mut names = Vec::new();
    for binding in &body.lets {
        chain_labels(&binding.chain, &mut names);
        names.extend(&binding.name);
    }
    body.chain.iter().for_each(|chain| chain_labels(chain, &mut names));
    names
}

/// Every label of a chain, in source order.
pub fn labels(chain: &Chain) -> Vec<&Name> {
    let mut names = Vec::new();
    chain_labels(chain, &mut names);
    names
}

fn chain_labels<'a>(chain: &'a Chain, names: &mut Vec<&'a Name>) {
    operand_labels(&chain.head.operands, names);
    chain.stages.iter().for_each(|stage| stage_labels(stage, names));
}

fn operand_labels<'a>(operands: &'a [Operand], names: &mut Vec<&'a Name>) {
    for operand in operands {
        if let OperandKind::Chain(chain) = &operand.kind {
            chain_labels(chain, names);
        }
    }
}

fn stage_labels<'a>(stage: &'a Stage, names: &mut Vec<&'a Name>) {
    match &stage.step {
        Step::List(stages) => stages.iter().for_each(|stage| stage_labels(stage, names)),
        Step::Join(_, operands, _) => operand_labels(operands, names),
        Step::Call(_) | Step::Own(_) | Step::Broken => {}
    }
    names.extend(&stage.label);
}
