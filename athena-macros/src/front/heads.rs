//! Networks that the facade defines get what the user's signature says: as many outputs as are promised, and the image's size.

use crate::ast::{Block, Call, Chain, ExprKind, Operand, OperandKind, Port, Stage, Step, Struct};

/// In a body of the facade's: the rows x columns of the image. `image / 8` is rounded up, as strides of 2 round.
const IMAGE: &str = "image";

/// Completes the network and its blocks.
///
/// The facade writes a head with the classes of the paper: `linear(1000)`, `auxiliary(1000)`, or `conv(21x520x520, 1x1)` where a map is
/// promised. A head whose value has a name that the user promises gets as many outputs as are promised; the others keep theirs.
pub fn complete(network: &mut Struct, blocks: &mut [Block]) {
    let image = network.inputs.first().map_or([1, 1], |port| [port.likely.height as u64, port.likely.width as u64]);
    let outputs = &network.outputs;
    let body = &mut network.body;
    for chain in body.lets.iter_mut().map(|binding| &mut binding.chain).chain(&mut body.chain) {
        give_heads_their_outputs(chain, outputs);
        each_call(chain, &mut |call| compute(call, image));
    }
    for body in blocks.iter_mut().map(|block| &mut block.body) {
        for chain in body.lets.iter_mut().map(|binding| &mut binding.chain).chain(&mut body.chain) {
            each_call(chain, &mut |call| compute(call, image));
        }
    }
}

fn give_heads_their_outputs(chain: &mut Chain, outputs: &[Port]) {
    for at in 0..chain.stages.len() {
        let label = chain.stages[at].label.as_ref().map(|name| &name.text);
        let is_it = |port: &&Port| label.is_some() && port.name.as_ref().map(|name| &name.text) == label;
        let Some(promised) = outputs.iter().find(is_it).and_then(|port| port.extent) else { continue };
        let channels = promised.channels as u64;
        match promised.flat {
            true => last_call(&mut chain.stages[at], &is_head_of_vector, channels),
            // A map may be made larger behind its head.
            false => chain.stages[..=at].iter_mut().rev().find_map(|stage| last_call(stage, &is_head_of_map, channels)),
        };
    }
}

fn is_head_of_vector(call: &Call) -> bool {
    call.args.first().is_some_and(|arg| matches!(arg.value.kind, ExprKind::Int(_)))
}

fn is_head_of_map(call: &Call) -> bool {
    call.args.first().is_some_and(|arg| matches!(&arg.value.kind, ExprKind::Dims(sizes) if sizes.len() == 3))
}

/// Gives the last such step of a stage a first argument.
fn last_call(stage: &mut Stage, is_head: &dyn Fn(&Call) -> bool, outputs: u64) -> Option<()> {
    match &mut stage.step {
        Step::Call(call) if is_head(call) => {
            let value = &mut call.args.first_mut()?.value;
            (value.kind, value.text) = (ExprKind::Int(outputs), outputs.to_string());
            Some(())
        }
        Step::List(stages) => stages.iter_mut().rev().find_map(|stage| last_call(stage, is_head, outputs)),
        Step::Call(_) | Step::Own(_) | Step::Join(..) | Step::Broken => None,
    }
}

fn each_call(chain: &mut Chain, change: &mut dyn FnMut(&mut Call)) {
    each_operand(&mut chain.head.operands, change);
    chain.stages.iter_mut().for_each(|stage| each_call_of(stage, change));
}

fn each_operand(operands: &mut [Operand], change: &mut dyn FnMut(&mut Call)) {
    for operand in operands {
        if let OperandKind::Chain(chain) = &mut operand.kind {
            each_call(chain, change);
        }
    }
}

fn each_call_of(stage: &mut Stage, change: &mut dyn FnMut(&mut Call)) {
    match &mut stage.step {
        Step::Call(call) => change(call),
        Step::Join(_, operands, _) => each_operand(operands, change),
        Step::List(stages) => stages.iter_mut().for_each(|stage| each_call_of(stage, change)),
        Step::Own(_) | Step::Broken => {}
    }
}

/// The channels of a head that is written with the shape of its map, and sizes that depend on the image's.
fn compute(call: &mut Call, image: [u64; 2]) {
    let Some(value) = call.args.first_mut().map(|arg| &mut arg.value) else { return };
    match &value.kind {
        ExprKind::Dims(sizes) if sizes.len() == 3 => value.kind = ExprKind::Int(sizes[0]),
        ExprKind::Arithmetic(first, rest) => {
            let is_image = matches!(&first.kind, ExprKind::Name(name) if name.text == IMAGE);
            if let ([('/', _, by)], true) = (&rest[..], is_image)
                && let ExprKind::Int(by @ 1..) = by.kind
            {
                value.kind = ExprKind::Dims(image.iter().map(|side| side.div_ceil(by)).collect());
            }
        }
        _ => {}
    }
}
