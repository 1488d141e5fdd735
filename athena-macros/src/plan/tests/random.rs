//! Random networks: any graph the language could describe, with values read many times, in odd places, or not at all.

use std::panic::AssertUnwindSafe;

use super::build::{BATCH_NORM, Build, Learned, RELU, pool, user_layer};
use super::machine;
use crate::ir::{Activation, BatchNorm, Network, NodeId, Op, Shape};
use crate::layers::checked::{Dropout, DropoutUnit, PadMode, Pointwise, Softmax};
use crate::plan::plan;

/// xorshift64*, seeded by the case.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Often one of the last values, sometimes any.
    fn recent(&mut self, from: &[NodeId]) -> NodeId {
        if self.below(3) == 0 {
            return self.pick(from);
        }
        from[from.len() - 1 - self.below(from.len().min(4))]
    }
}

fn pointwise(dice: &mut Dice) -> Op {
    match dice.below(10) {
        9 => Op::per_image(Learned),
        0..3 => BATCH_NORM,
        3 => Op::BatchNorm(BatchNorm { momentum: 0.1, eps: 1e-5, scale: false, shift: false }),
        4..6 => RELU,
        6 => Op::Activation(Activation::Tanh),
        7 => Op::per_image(Pointwise(user_layer())),
        _ => Op::per_image(Dropout::of(DropoutUnit::Number, 0.5)),
    }
}

/// One to three operands of the first one's shape.
fn alike(dice: &mut Dice, b: &Build, from: &[NodeId]) -> Vec<NodeId> {
    let first = dice.recent(from);
    let like: Vec<NodeId> = from.iter().copied().filter(|node| b.shape(*node) == b.shape(first)).collect();
    let mut operands = vec![first, dice.recent(&like)];
    if dice.below(4) == 0 {
        operands.push(dice.recent(&like));
    }
    operands
}

fn map_layer(dice: &mut Dice, b: &mut Build, maps: &[NodeId]) -> NodeId {
    let x = dice.recent(maps);
    let shape = b.shape(x);
    let large = shape.height >= 3 && shape.width >= 3;
    match dice.below(19) {
        0..4 => {
            let (filters, kernel) = (dice.pick(&[16, 16, 8, 20]), dice.pick(&[1, 3]));
            let stride = if dice.below(5) == 0 { 2 } else { 1 };
            b.conv(x, filters, kernel, stride)
        }
        4..9 => {
            let op = pointwise(dice);
            b.add(op, &[x])
        }
        9..12 => {
            let operands = alike(dice, b, maps);
            b.add(Op::Add, &operands)
        }
        12 => {
            let place = |node: NodeId| (b.shape(node).height, b.shape(node).width);
            let like: Vec<NodeId> = maps.iter().copied().filter(|node| place(*node) == place(x)).collect();
            let other = dice.pick(&like);
            b.concat(&[x, other])
        }
        13 if large => b.max_pool(x, pool(3, dice.pick(&[1, 2]), 1, dice.below(2) == 0)),
        14 if large => b.avg_pool(x, pool(2, 2, dice.below(2), dice.below(2) == 0), dice.below(2) == 0),
        13 | 14 => b.pad(x, [1; 2], PadMode::Zeros),
        15 => {
            let operands = alike(dice, b, maps);
            b.multiply(operands[0], operands[1])
        }
        16 => {
            let pooled = b.global_avg_pool(x);
            let gate = b.conv(pooled, shape.channels, 1, 1);
            let gate = b.add(Op::Activation(Activation::Sigmoid), &[gate]);
            b.multiply(x, gate)
        }
        17 => {
            let channels = shape.channels + dice.below(9);
            b.subsample(x, 2, channels)
        }
        _ => b.user(x, [dice.pick(&[8, 17]), shape.height, shape.width]),
    }
}

fn vector_layer(dice: &mut Dice, b: &mut Build, vectors: &[NodeId]) -> NodeId {
    let x = dice.recent(vectors);
    match dice.below(9) {
        0..3 => b.linear(x, dice.pick(&[10, 10, 24])),
        3..5 => {
            let op = pointwise(dice);
            b.add(op, &[x])
        }
        5 => {
            let operands = alike(dice, b, vectors);
            b.add(Op::Add, &operands)
        }
        6 => b.add(Op::per_image(Softmax), &[x]),
        7 => {
            let operands = alike(dice, b, vectors);
            b.multiply(operands[0], operands[1])
        }
        _ => {
            let other = dice.pick(vectors);
            b.concat(&[x, other])
        }
    }
}

/// A network of about `size` nodes that takes one map and promises one vector.
fn network(seed: u64, size: usize) -> Network {
    let (mut dice, mut b) = start(seed);
    let mut maps = vec![b.input()];
    grow_maps(&mut dice, &mut b, &mut maps, size);
    let vectors = grow_vectors(&mut dice, &mut b, &maps, Vec::new());
    let last = end(&mut dice, &mut b, &vectors);
    b.finish(last)
}

/// One that takes several maps and vectors, and promises any of its values, some of them twice.
fn network_with_ports(seed: u64, size: usize) -> Network {
    let (mut dice, mut b) = start(seed);
    let channels = b.shape(b.input()).channels;
    let mut maps = vec![b.input()];
    for _ in 0..dice.below(3) {
        maps.push(b.take(Shape::map([dice.pick(&[channels, 5]), 5, 6])));
    }
    let tables = (0..dice.below(3)).map(|_| b.take(Shape::vector(dice.pick(&[10, 24])))).collect();
    grow_maps(&mut dice, &mut b, &mut maps, size);
    let vectors = grow_vectors(&mut dice, &mut b, &maps, tables);
    let mut outputs = vec![end(&mut dice, &mut b, &vectors)];
    for _ in 0..dice.below(4) {
        let more = match dice.below(5) {
            0 => dice.pick(&outputs),
            1 => end(&mut dice, &mut b, &vectors),
            2 => dice.pick(&vectors),
            _ => dice.pick(&maps),
        };
        outputs.push(more);
    }
    let turn = dice.below(outputs.len());
    outputs.rotate_left(turn);
    b.promise(&outputs)
}

fn start(seed: u64) -> (Dice, Build) {
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..8 {
        dice.below(2);
    }
    let b = Build::new(dice.pick(&[3, 16]), 5, 6);
    (dice, b)
}

fn grow_maps(dice: &mut Dice, b: &mut Build, maps: &mut Vec<NodeId>, size: usize) {
    for _ in 0..1 + dice.below(size) {
        let node = map_layer(dice, b, maps);
        maps.push(node);
    }
}

fn grow_vectors(dice: &mut Dice, b: &mut Build, maps: &[NodeId], mut vectors: Vec<NodeId>) -> Vec<NodeId> {
    for _ in 0..1 + dice.below(2) {
        let x = dice.recent(maps);
        let x = if dice.below(2) == 0 { b.global_avg_pool(x) } else { x };
        vectors.push(b.flatten(x));
    }
    for _ in 0..dice.below(8) {
        let node = vector_layer(dice, b, &vectors);
        vectors.push(node);
    }
    vectors
}

fn end(dice: &mut Dice, b: &mut Build, vectors: &[NodeId]) -> NodeId {
    let last = dice.recent(vectors);
    let last = if dice.below(2) == 0 { b.linear(last, 10) } else { last };
    if dice.below(4) == 0 { b.add(Op::per_image(Softmax), &[last]) } else { last }
}

/// Freezes layers here and there, or all of them up to some point.
fn freeze(network: &mut Network, seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0xD1B5_4A32_D192_ED03) | 1);
    let nodes = &mut network.nodes;
    let end = dice.below(nodes.len() + 1);
    let everywhere = dice.below(2) == 0;
    for (index, node) in nodes.iter_mut().enumerate() {
        node.frozen = if everywhere { dice.below(2) == 0 } else { index < end };
    }
}

#[test]
fn random_networks_with_frozen_layers_compute_what_they_say() {
    for seed in 0..3000 {
        let mut network = network(seed, if seed % 10 == 0 { 60 } else { 14 });
        freeze(&mut network, seed);
        let result = std::panic::catch_unwind(AssertUnwindSafe(|| machine::check(&network, &plan(&network))));
        assert!(result.is_ok(), "seed {seed}");
    }
}

#[test]
fn random_networks_compute_what_they_say() {
    for seed in 0..3000 {
        let network = network(seed, if seed % 10 == 0 { 60 } else { 14 });
        let result = std::panic::catch_unwind(AssertUnwindSafe(|| machine::check(&network, &plan(&network))));
        assert!(result.is_ok(), "seed {seed}");
    }
}

#[test]
fn random_networks_of_several_inputs_and_outputs_compute_what_they_say() {
    for seed in 0..6000 {
        let mut network = network_with_ports(seed, if seed % 10 == 0 { 60 } else { 14 });
        if seed % 2 == 0 {
            freeze(&mut network, seed);
        }
        let result = std::panic::catch_unwind(AssertUnwindSafe(|| machine::check(&network, &plan(&network))));
        assert!(result.is_ok(), "seed {seed}");
    }
}
