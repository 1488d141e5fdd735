//! Places: halos from what reads a map, the part of the arena from the phases that touch it, offsets from its lifetime.

use std::collections::BTreeMap;

use super::micro_batch::micro_batch;
use super::schedule::{Schedule, UnplacedBuffer, UnplacedSums};
use super::step::{Access, BufferId, Item};
use super::{Buffer, LANES, Place, Program, Sums};
use crate::ir::Network;

/// Finds a place for every slot of a schedule.
pub fn place(
    network: &Network,
    schedule: Schedule,
    forward: Vec<Item>,
    backward: Vec<Item>,
    outputs: Vec<BufferId>,
    output_gradients: Vec<BufferId>,
) -> Program {
    let mut lives = Lives::of(schedule.buffers.len(), schedule.sums.len(), &forward, &backward);
    lives.outlive(&outputs, &output_gradients);
    let halos = halos(network, schedule.buffers.len(), forward.iter().chain(&backward));

    let buffers = schedule.buffers.into_iter().zip(halos).zip(&lives.buffers).map(|((buffer, halo), life)| {
        let UnplacedBuffer { name, node, gradient, shape } = buffer;
        let place = if life.phase.is_some() { Place::Scratch } else { Place::Image };
        Buffer { name, node, gradient, shape, halo, place, offset: 0 }
    });
    let sums = schedule.sums.into_iter().map(|UnplacedSums { name, shape }| Sums { name, shape, offset: 0 });
    let mut program = Program {
        buffers: buffers.collect(),
        sums: sums.collect(),
        forward,
        backward,
        image: 0,
        outputs,
        output_gradients,
    };
    place_images(&mut program, &lives);
    place_scratch(&mut program, &lives);
    for phase in program.forward.iter_mut().chain(&mut program.backward).filter_map(Item::phase_mut) {
        phase.micro_batch = micro_batch(network, &program.buffers, phase);
    }
    program
}

/// The widest halo that a reader of each slot asks for.
fn halos<'i>(network: &Network, buffers: usize, items: impl Iterator<Item = &'i Item>) -> Vec<[usize; 2]> {
    let mut halos = vec![[0, 0]; buffers];
    for item in items {
        let Item::Phase(phase) = item else { continue };
        for (buffer, needed) in phase.steps.iter().flat_map(|step| step.halos(network)) {
            let halo = &mut halos[buffer.0];
            *halo = [halo[0].max(needed[0]), halo[1].max(needed[1])];
        }
    }
    halos
}

/// From the step that first touches a slot to the one that last does, both included: the slots of one step are disjoint.
#[derive(Clone, Copy, Debug)]
struct Life {
    first: usize,
    last: usize,
    /// The phase, if a single one touches the slot and no batch-wide step does.
    phase: Option<usize>,
    /// Whether anything touches it at all.
    seen: bool,
}

impl Life {
    const NONE: Life = Life { first: 0, last: 0, phase: None, seen: false };

    fn touch(&mut self, at: usize, phase: Option<usize>) {
        if self.seen {
            self.last = self.last.max(at);
            self.first = self.first.min(at);
            self.phase = self.phase.filter(|own| Some(*own) == phase);
        } else {
            *self = Life { first: at, last: at, phase, seen: true };
        }
    }

    /// The slot is in use at `at`, outside any phase.
    fn outlive(&mut self, at: usize) {
        self.touch(at, None);
    }
}

struct Lives {
    buffers: Vec<Life>,
    sums: Vec<Life>,
    /// When the loss is computed: behind the forward pass.
    loss: usize,
    /// When everything is done.
    end: usize,
}

impl Lives {
    fn of(buffers: usize, sums: usize, forward: &[Item], backward: &[Item]) -> Self {
        let mut lives = Self { buffers: vec![Life::NONE; buffers], sums: vec![Life::NONE; sums], loss: 0, end: 0 };
        let mut now = 0;
        for (index, item) in forward.iter().chain(backward).enumerate() {
            if index == forward.len() {
                lives.loss = now;
                now += 1;
            }
            match item {
                Item::Phase(phase) => {
                    for step in &phase.steps {
                        lives.step(now, Some(index), &step.accesses());
                        step.sums().iter().for_each(|sums| lives.sums[sums.0].touch(now, None));
                        now += 1;
                    }
                }
                Item::Batch(step) => {
                    lives.step(now, None, &step.accesses());
                    step.sums().iter().for_each(|sums| lives.sums[sums.0].touch(now, None));
                    now += 1;
                }
            }
        }
        if backward.is_empty() {
            lives.loss = now;
        }
        lives.end = now;
        lives
    }

    /// The caller reads the outputs when everything is done, and writes their gradients between the passes.
    fn outlive(&mut self, outputs: &[BufferId], output_gradients: &[BufferId]) {
        outputs.iter().for_each(|output| self.buffers[output.0].outlive(self.end));
        output_gradients.iter().for_each(|gradient| self.buffers[gradient.0].outlive(self.loss));
    }

    fn step(&mut self, now: usize, phase: Option<usize>, accesses: &[(BufferId, Access)]) {
        accesses.iter().for_each(|(buffer, _)| self.buffers[buffer.0].touch(now, phase));
    }
}

/// The image part is one buffer for the whole program: maps and statistics side by side.
fn place_images(program: &mut Program, lives: &Lives) {
    let maps: Vec<usize> = (0..program.buffers.len()).filter(|&at| lives.buffers[at].phase.is_none()).collect();
    let mut blocks: Vec<Block> =
        maps.iter().map(|&at| Block::new(program.buffers[at].len(), &lives.buffers[at])).collect();
    blocks.extend(program.sums.iter().zip(&lives.sums).map(|(sums, life)| Block::new(sums.len(), life)));
    program.image = pack(&mut blocks);
    for (&at, block) in maps.iter().zip(&blocks) {
        program.buffers[at].offset = block.offset;
    }
    for (sums, block) in program.sums.iter_mut().zip(&blocks[maps.len()..]) {
        sums.offset = block.offset;
    }
}

/// Each phase has the scratch to itself.
fn place_scratch(program: &mut Program, lives: &Lives) {
    let mut phases: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, life) in lives.buffers.iter().enumerate() {
        if let Some(phase) = life.phase {
            phases.entry(phase).or_default().push(at);
        }
    }
    for (index, item) in program.forward.iter_mut().chain(&mut program.backward).enumerate() {
        let (Item::Phase(phase), Some(maps)) = (item, phases.get(&index)) else { continue };
        let mut blocks: Vec<Block> =
            maps.iter().map(|&at| Block::new(program.buffers[at].len(), &lives.buffers[at])).collect();
        phase.scratch = pack(&mut blocks);
        for (&at, block) in maps.iter().zip(&blocks) {
            program.buffers[at].offset = block.offset;
        }
    }
}

/// A piece of memory that is in use from one step to another, both included.
#[derive(Clone, Copy, Debug)]
struct Block {
    size: usize,
    first: usize,
    last: usize,
    offset: usize,
}

impl Block {
    fn new(size: usize, life: &Life) -> Self {
        debug_assert_eq!(size % LANES, 0);
        Self { size, first: life.first, last: life.last, offset: 0 }
    }

    fn meets(&self, other: &Block) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// Gives blocks offsets such that no two overlap in both memory and time; returns the memory taken. Tries a few orders, each
/// block going into the smallest gap that holds it, and keeps the best.
fn pack(blocks: &mut [Block]) -> usize {
    type Key = fn(&Block) -> (usize, usize);
    let orders: [Key; 3] = [
        |block| (usize::MAX - block.size, block.first),
        |block| (usize::MAX - block.size * (block.last - block.first + 1), block.first),
        |block| (block.first, usize::MAX - block.size),
    ];
    let (lower_bound, _) = busiest(blocks);
    let mut best: Option<(usize, Vec<usize>)> = None;
    for key in orders {
        let mut order: Vec<usize> = (0..blocks.len()).collect();
        order.sort_by_key(|&at| (key(&blocks[at]), at));
        let taken = pack_in_order(blocks, &order);
        if best.as_ref().is_none_or(|(least, _)| taken < *least) {
            best = Some((taken, blocks.iter().map(|block| block.offset).collect()));
        }
        if taken == lower_bound {
            break;
        }
    }
    let (taken, offsets) = best.expect("there is at least one order");
    blocks.iter_mut().zip(offsets).for_each(|(block, offset)| block.offset = offset);
    taken
}

/// The most memory in use at one time, and when that is.
fn busiest(blocks: &[Block]) -> (usize, usize) {
    // A block that ends where another begins is still in use there: beginnings sort before ends.
    let mut changes: Vec<(usize, bool, usize)> =
        blocks.iter().flat_map(|block| [(block.first, false, block.size), (block.last, true, block.size)]).collect();
    changes.sort_unstable();
    let mut in_use = 0;
    let mut most = (0, 0);
    for (time, ends, size) in changes {
        if ends {
            in_use -= size
        } else {
            in_use += size
        }
        if in_use > most.0 {
            most = (in_use, time);
        }
    }
    most
}

/// The maps that are in use when the most memory of the images' part is, and those of the largest scratch when the most of it is.
pub fn fullest(program: &Program) -> Vec<BufferId> {
    let mut lives = Lives::of(program.buffers.len(), program.sums.len(), &program.forward, &program.backward);
    lives.outlive(&program.outputs, &program.output_gradients);
    let items = program.forward.iter().chain(&program.backward).enumerate();
    let scratches = items.filter_map(|(at, item)| Some((item.phase()?.scratch, at)));
    let largest = scratches.max_by_key(|(scratch, at)| (*scratch, usize::MAX - at)).map(|(_, at)| at);
    let mut fullest = Vec::new();
    for wanted in [None, largest] {
        let maps: Vec<usize> = (0..program.buffers.len()).filter(|&at| lives.buffers[at].phase == wanted).collect();
        let blocks: Vec<Block> =
            maps.iter().map(|&at| Block::new(program.buffers[at].len(), &lives.buffers[at])).collect();
        let (_, time) = busiest(&blocks);
        let in_use = maps.into_iter().zip(blocks).filter(|(_, block)| block.first <= time && time <= block.last);
        fullest.extend(in_use.map(|(at, _)| BufferId(at)));
        if largest.is_none() {
            break;
        }
    }
    fullest
}

fn pack_in_order(blocks: &mut [Block], order: &[usize]) -> usize {
    // The blocks placed so far, by offset.
    let mut placed: Vec<usize> = Vec::with_capacity(order.len());
    let mut taken = 0;
    for &at in order {
        let block = blocks[at];
        let mut free = 0;
        let mut choice: Option<(usize, usize)> = None;
        for other in placed.iter().map(|&other| blocks[other]).filter(|other| other.meets(&block)) {
            let gap = other.offset.saturating_sub(free);
            if gap >= block.size && choice.is_none_or(|(least, _)| gap < least) {
                choice = Some((gap, free));
            }
            free = free.max(other.offset + other.size);
        }
        let offset = choice.map_or(free, |(_, offset)| offset);
        blocks[at].offset = offset;
        taken = taken.max(offset + block.size);
        let position = placed.partition_point(|&other| blocks[other].offset < offset);
        placed.insert(position, at);
    }
    taken
}
