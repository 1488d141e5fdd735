//! `global_max_pool`: the largest value of each channel, which is a max pool whose window is the map.

use super::max_pool::MaxPool;
use super::misfit::{fine, of_map};
use super::word::Word;
use crate::graph::partial::Partial;
use crate::graph::{self, Expansion, Inferred, Written};
use crate::ir::{self, Pool};

pub static WORD: Word = Word::plain(
    "global_max_pool",
    |_| graph::WrittenOp::layer(GlobalMaxPool),
    "Largest value of each channel: a map of C x 1 x 1.",
);

#[derive(Debug)]
struct GlobalMaxPool;

impl Written for GlobalMaxPool {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        of_map(inputs, |input| fine(Partial { height: Some(1), width: Some(1), flat: Some(false), ..input }))
    }

    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let map = expansion.shape_of(expansion.inputs[0]);
        let kernel = [map.height, map.width];
        expansion.op(ir::Op::per_image(MaxPool(Pool { kernel, stride: kernel, padding: [0, 0], ceil: false })))
    }
}
