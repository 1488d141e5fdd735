//! Drivers of the forward steps: slots and parameters looked up, one kernel called.

use super::context::Context;
use super::pass::Single;
use crate::arena::Region;
use crate::kernels::{mix, norm, pool};
use crate::layers::{MOST_TERMS, NormInfo, SumsInfo, TermInfo};
use crate::layout::{Extent, LANES, Slot};
use crate::ops::{Activation, Pool};
use crate::threads;
use std::array::from_fn;

/// A typed list that drivers read without its type: how many, and each of them.
pub(super) type List<'a, T> = (usize, &'a dyn Fn(usize) -> T);

/// Floats of a part of a map at least: some microseconds' work, beside which handing it over costs little.
const LEAST_FLOATS: usize = 1 << 15;

/// Few operands fit arrays that cost nothing to fill; only unusual sums take the long ones.
pub(super) const FEW: usize = 2;

pub(super) const NO_EXTENT: Extent = Extent { channels: 0, height: 0, width: 0, halo: [0, 0] };

impl Context<'_> {
    /// Scale and shift of a norm, as a kernel takes them.
    pub(super) fn affine(&self, norm: &NormInfo) -> mix::Affine<'_> {
        let (scale, shift) = norm.pair(&self.norms.affine);
        mix::Affine { scale, shift }
    }

    /// A term as a kernel takes it, its map being `x`; `None` fills up arrays.
    pub(super) fn term<'s>(&'s self, info: Option<TermInfo>, x: &'s [f32]) -> mix::Term<'s> {
        match info {
            Some(info) => {
                mix::Term { x, extent: info.slot.extent, affine: info.norm.as_ref().map(|norm| self.affine(norm)) }
            }
            None => mix::Term { x: &[], extent: NO_EXTENT, affine: None },
        }
    }
}

/// Some blocks of a map's channels.
pub(super) struct Blocks {
    first: usize,
    channels: usize,
}

impl Blocks {
    /// These blocks of another map of the same channels.
    fn of<'a>(&self, map: &'a [f32], extent: &Extent) -> (&'a [f32], Extent) {
        (&map[self.first * extent.block()..], Extent { channels: self.channels, ..*extent })
    }
}

impl Context<'_> {
    /// Calls `work` for parts of a map that is large enough to be divided, at the same time where there are threads: with the blocks
    /// of each, its floats and its extent. For steps that compute each channel by itself.
    fn by_blocks(&self, map: &mut [f32], extent: &Extent, work: &(impl Fn(&Blocks, &mut [f32], &Extent) + Sync)) {
        let shares = self.shares.min(extent.len() / LEAST_FLOATS).max(1);
        let blocks = extent.blocks().div_ceil(shares);
        threads::for_each_chunk(map, blocks * extent.block(), &|index, map| {
            let first = index * blocks;
            let channels = (extent.channels - first * LANES).min(blocks * LANES);
            work(&Blocks { first, channels }, map, &Extent { channels, ..*extent });
        });
    }
}

/// The region of a term's map; none for what fills up arrays.
pub(super) fn region(info: Option<TermInfo>) -> Region {
    info.map_or(Region::EMPTY, |info| info.slot.into())
}

impl Single<'_> {
    pub(super) fn sums_of(&mut self, x: Slot, sums: SumsInfo) {
        let isa = self.context.isa;
        let ([map], [out]) = self.arena.view([x.into()], [sums.region()]);
        norm::statistics(isa, map, &x.extent, out);
    }

    pub(super) fn mix_into(&mut self, terms: List<'_, TermInfo>, activations: &[Activation], y: Slot) {
        match terms.0 {
            ..=FEW => self.mix_up_to::<{ FEW }>(terms, activations, y),
            _ => self.mix_up_to::<{ MOST_TERMS }>(terms, activations, y),
        }
    }

    fn mix_up_to<const N: usize>(&mut self, (count, term): List<'_, TermInfo>, activations: &[Activation], y: Slot) {
        assert!(count <= N, "a sum takes at most {N} terms");
        let infos: [Option<TermInfo>; N] = from_fn(|i| (i < count).then(|| term(i)));
        let (maps, [out]) = self.arena.view(infos.map(region), [y.into()]);
        let terms: [mix::Term<'_>; N] = from_fn(|i| self.context.term(infos[i], maps[i]));
        mix::forward(self.context.isa, &terms[..count], activations, out, &y.extent);
    }
}

/// Pools, products, reshapes and the like.
impl Single<'_> {
    pub(super) fn max_pool_into(&mut self, of: &Pool, x: Slot, y: Slot) {
        let ([from], [to]) = self.arena.view([x.into()], [y.into()]);
        let isa = self.context.isa;
        self.context.by_blocks(to, &y.extent, &|part, to, y| {
            let (from, x) = part.of(from, &x.extent);
            pool::max_pool(isa, of, from, &x, to, y);
        });
    }

    pub(super) fn avg_pool_into(&mut self, of: &Pool, count_padding: bool, x: Slot, y: Slot) {
        let ([from], [to]) = self.arena.view([x.into()], [y.into()]);
        let isa = self.context.isa;
        self.context.by_blocks(to, &y.extent, &|part, to, y| {
            let (from, x) = part.of(from, &x.extent);
            pool::avg_pool(isa, of, count_padding, from, &x, to, y);
        });
    }

    pub(super) fn global_avg_pool_into(&mut self, x: Slot, y: Slot) {
        let ([from], [to]) = self.arena.view([x.into()], [y.into()]);
        pool::global_avg_pool(self.context.isa, from, &x.extent, to, &y.extent);
    }
}
