//! Which block calls which: recursion, and blocks that nothing calls.

use super::Resolved;
use crate::ast::{Body, Chain, File, Layer, Operand, OperandKind, Stage, Step};
use crate::errors::{Error, Errors};
use std::collections::HashSet;

/// Every layer of a body, in source order.
pub fn layers(body: &Body) -> Vec<&Layer> {
    let mut found = Vec::new();
    for binding in &body.lets {
        in_chain(&binding.chain, &mut found);
    }
    in_chain(&body.chain, &mut found);
    found
}

fn in_chain<'a>(chain: &'a Chain, found: &mut Vec<&'a Layer>) {
    in_operands(&chain.head.operands, found);
    for stage in &chain.stages {
        in_stage(stage, found);
    }
}

fn in_operands<'a>(operands: &'a [Operand], found: &mut Vec<&'a Layer>) {
    for operand in operands {
        if let OperandKind::Chain(chain) = &operand.kind {
            in_chain(chain, found);
        }
    }
}

fn in_stage<'a>(stage: &'a Stage, found: &mut Vec<&'a Layer>) {
    match &stage.step {
        Step::Layer(layer) => found.push(layer),
        Step::Join(_, operands, _) => in_operands(operands, found),
        Step::List(stages) => stages.iter().for_each(|stage| in_stage(stage, found)),
        Step::Own(_) | Step::Broken => {}
    }
}

/// Reports and marks every call that closes a circle. The walk keeps its own stack: blocks may be many.
pub fn refuse_recursion(file: &File, resolved: &mut Resolved, errors: &mut Errors) {
    let calls: Vec<Vec<(usize, &Layer)>> = file
        .blocks
        .iter()
        .map(|block| {
            let called = |layer: &&Layer| resolved.blocks.get(&layer.word.text).copied();
            layers(&block.body).into_iter().filter_map(|layer| Some((called(&layer)?, layer))).collect()
        })
        .collect();
    let mut done = vec![false; file.blocks.len()];
    // How deep in the walk a block stands.
    let mut depths: Vec<Option<usize>> = vec![None; file.blocks.len()];
    for start in 0..file.blocks.len() {
        let mut open = vec![(start, 0usize)];
        depths[start] = Some(0);
        while let Some((block, next)) = open.last_mut() {
            let (block, call) = (*block, *next);
            *next += 1;
            let Some(&(callee, layer)) = calls[block].get(call) else {
                done[block] = true;
                depths[block] = None;
                open.pop();
                continue;
            };
            if let Some(depth) = depths[callee] {
                if !errors.is_full() {
                    let circle: Vec<&str> =
                        open[depth..].iter().map(|(index, _)| file.blocks[*index].name.text.as_str()).collect();
                    errors.push(recursion(layer, &circle));
                }
                resolved.mark(layer.loc);
            } else if !done[callee] {
                depths[callee] = Some(open.len());
                open.push((callee, 0));
            }
        }
    }
}

fn recursion(layer: &Layer, circle: &[&str]) -> Error {
    let name = &layer.word.text;
    let error = Error::new(layer.word.loc, format!("`{name}` calls itself: the network would never end"));
    let error = match circle {
        [_] => error,
        _ => error.note(format!("`{}` calls `{name}`", circle.join("` calls `"))),
    };
    error.help(format!("remove `{}`, or repeat the block from outside, as in `3 * {}`", layer.removal, layer.text))
}

/// Blocks that no struct reaches.
pub fn uncalled(file: &File, resolved: &Resolved) -> Vec<usize> {
    let mut reached = HashSet::new();
    let mut open: Vec<&Body> = file.structs.iter().map(|network| &network.body).collect();
    while let Some(body) = open.pop() {
        for layer in layers(body) {
            if let Some(&index) = resolved.blocks.get(&layer.word.text)
                && reached.insert(index)
            {
                open.push(&file.blocks[index].body);
            }
        }
    }
    (0..file.blocks.len()).filter(|index| !reached.contains(index)).collect()
}
