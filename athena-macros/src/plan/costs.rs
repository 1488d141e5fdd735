//! What a network costs: the figures of summaries and budgets.

use super::{Item, Place, Plan, Program, memory};
use crate::ir::{Network, Node, NodeId, Quantity};
use std::collections::BTreeMap;

/// Bytes of a number.
const NUMBER: u64 = 4;

/// Multiply-adds of one image. A layer that no output depends on is not computed and counts nothing.
pub fn macs(network: &Network, node: &Node, live: bool) -> u64 {
    if live { network.macs(node) } else { 0 }
}

/// Multiply-adds of one image through the whole network.
pub fn all_macs(network: &Network, live: &[bool]) -> u64 {
    network.nodes.iter().zip(live).map(|(node, live)| macs(network, node, *live)).sum()
}

/// How much the network has of a quantity: a count, or bytes. The runtime's summary adds up the memory in the same way.
pub fn total(network: &Network, plan: &Plan, quantity: Quantity) -> u64 {
    match quantity {
        Quantity::Parameters => network.nodes.iter().map(|node| network.parameters(node) as u64).sum(),
        Quantity::Macs => all_macs(network, &plan.live),
        Quantity::Inference => NUMBER * (plan.inference.image + largest_scratch(&plan.inference)) as u64,
        Quantity::Training => NUMBER * plan.training.image as u64,
    }
}

/// What each layer has of a quantity. Of memory, that is what its maps take when the most is in use.
pub fn shares(network: &Network, plan: &Plan, quantity: Quantity) -> Vec<(NodeId, u64)> {
    let nodes = network.nodes.iter().enumerate();
    match quantity {
        Quantity::Parameters => nodes.map(|(id, node)| (NodeId(id), network.parameters(node) as u64)).collect(),
        Quantity::Macs => nodes.map(|(id, node)| (NodeId(id), macs(network, node, plan.live[id]))).collect(),
        Quantity::Inference => maps(&plan.inference, &[Place::Image, Place::Scratch]),
        Quantity::Training => maps(&plan.training, &[Place::Image]),
    }
}

/// Bytes of the maps of each layer that lie in these parts of the arena when the most is in use.
fn maps(program: &Program, places: &[Place]) -> Vec<(NodeId, u64)> {
    let mut bytes = BTreeMap::new();
    let maps = memory::fullest(program).into_iter().map(|map| &program.buffers[map.0]);
    for map in maps.filter(|map| places.contains(&map.place)) {
        *bytes.entry(map.node).or_insert(0) += NUMBER * map.len() as u64;
    }
    bytes.into_iter().collect()
}

fn largest_scratch(program: &Program) -> usize {
    let phases = program.forward.iter().chain(&program.backward).filter_map(Item::phase);
    phases.map(|phase| phase.scratch).max().unwrap_or(0)
}
