//! The calls between blocks: finds recursion, and blocks that are never called.

use super::Resolved;
use crate::ast::{Body, Call, Chain, File, Operand, OperandKind, Stage, Step};
use crate::errors::{Error, Errors};
use std::collections::HashSet;

/// Every call of a layer or a block in a body, in source order.
pub fn calls(body: &Body) -> Vec<&Call> {
    let mut found = Vec::new();
    body.chains().for_each(|chain| in_chain(chain, &mut found));
    found
}

fn in_chain<'a>(chain: &'a Chain, found: &mut Vec<&'a Call>) {
    in_operands(&chain.head.operands, found);
    for stage in &chain.stages {
        in_stage(stage, found);
    }
}

fn in_operands<'a>(operands: &'a [Operand], found: &mut Vec<&'a Call>) {
    for operand in operands {
        if let OperandKind::Chain(chain) = &operand.kind {
            in_chain(chain, found);
        }
    }
}

fn in_stage<'a>(stage: &'a Stage, found: &mut Vec<&'a Call>) {
    match &stage.step {
        Step::Call(call) => found.push(call),
        Step::Join(_, operands, _) => in_operands(operands, found),
        Step::List(stages) => stages.iter().for_each(|stage| in_stage(stage, found)),
        Step::Own(_) | Step::Broken => {}
    }
}

/// Reports and marks every recursive call. The walk has its own stack, since there may be many blocks.
pub fn refuse_recursion(file: &File, resolved: &mut Resolved, errors: &mut Errors) {
    let calls: Vec<Vec<(usize, &Call)>> = file
        .blocks
        .iter()
        .map(|block| {
            let called = |call: &&Call| resolved.blocks.get(&call.word.text).copied();
            calls(&block.body).into_iter().filter_map(|call| Some((called(&call)?, call))).collect()
        })
        .collect();
    let mut done = vec![false; file.blocks.len()];
    // The depth of each block in the walk.
    let mut depths: Vec<Option<usize>> = vec![None; file.blocks.len()];
    for start in 0..file.blocks.len() {
        let mut open = vec![(start, 0usize)];
        depths[start] = Some(0);
        while let Some((block, next)) = open.last_mut() {
            let (block, index) = (*block, *next);
            *next += 1;
            let Some(&(callee, call)) = calls[block].get(index) else {
                done[block] = true;
                depths[block] = None;
                open.pop();
                continue;
            };
            if let Some(depth) = depths[callee] {
                if !errors.is_full() {
                    let circle: Vec<&str> =
                        open[depth..].iter().map(|(index, _)| file.blocks[*index].name.text.as_str()).collect();
                    errors.push(recursion(call, &circle));
                }
                resolved.mark(call.loc);
            } else if !done[callee] {
                depths[callee] = Some(open.len());
                open.push((callee, 0));
            }
        }
    }
}

fn recursion(call: &Call, circle: &[&str]) -> Error {
    let name = &call.word.text;
    let error = Error::new(call.word.loc, format!("`{name}` calls itself: the network would never end"));
    let error = match circle {
        [_] => error,
        _ => error.note(format!("`{}` calls `{name}`", circle.join("` calls `"))),
    };
    error.help(format!("remove `{}`, or repeat the block from outside, as in `3 * {}`", call.removal, call.text))
}

/// The blocks that no struct calls, directly or through other blocks.
pub fn uncalled(file: &File, resolved: &Resolved) -> Vec<usize> {
    let mut reached = HashSet::new();
    let mut open: Vec<&Body> = file.structs.iter().map(|network| &network.body).collect();
    while let Some(body) = open.pop() {
        for call in calls(body) {
            if let Some(&index) = resolved.blocks.get(&call.word.text)
                && reached.insert(index)
            {
                open.push(&file.blocks[index].body);
            }
        }
    }
    (0..file.blocks.len()).filter(|index| !reached.contains(index)).collect()
}
