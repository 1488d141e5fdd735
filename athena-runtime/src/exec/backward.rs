//! Drivers of the backward steps: `dy` is the gradient of a step's output, `dx` of its input.

use super::forward::{FEW, List, region};
use super::pass::Single;
use crate::arena::Region;
use crate::kernels::mix::{self, NormSums};
use crate::kernels::{norm, pool};
use crate::layers::{MOST_TERMS, NormInfo, SumsInfo, TermInfo};
use crate::layout::Slot;
use crate::ops::{Activation, Pool, Write};
use std::array::from_fn;

/// A term, and where its norm's sums go.
type Differentiated = (TermInfo, Option<SumsInfo>);

impl Single<'_> {
    pub(super) fn mix_gradient(
        &mut self,
        terms: List<'_, Differentiated>,
        activations: &[Activation],
        dy: Slot,
        g: Slot,
    ) {
        match terms.0 {
            ..=FEW => self.mix_gradient_up_to::<{ FEW }>(terms, activations, dy, g),
            _ => self.mix_gradient_up_to::<{ MOST_TERMS }>(terms, activations, dy, g),
        }
    }

    fn mix_gradient_up_to<const N: usize>(
        &mut self,
        (count, term): List<'_, Differentiated>,
        activations: &[Activation],
        dy: Slot,
        g: Slot,
    ) {
        assert!(count <= N, "a sum takes at most {N} terms");
        let context = self.context;
        let infos: [Option<Differentiated>; N] = from_fn(|i| (i < count).then(|| term(i)));
        let maps = infos.map(|info| region(info.map(|(term, _)| term)));
        let sums = infos.map(|info| info.and_then(|(_, sums)| sums).map_or(Region::EMPTY, |sums| sums.region()));
        let in_place = dy == g;
        let from = if in_place { Region::EMPTY } else { dy.into() };
        let (([from], maps), ([to], mut sums)) = self.arena.view_with(([from], maps), ([g.into()], sums));
        let terms: [mix::Term<'_>; N] = from_fn(|i| context.term(infos[i].map(|(term, _)| term), maps[i]));
        let mut rest = sums.iter_mut();
        let mut norms: [Option<NormSums<'_>>; N] = from_fn(|i| {
            let sums = rest.next()?;
            let (info, Some(_)) = infos[i]? else { return None };
            let (mean, rstd) = info.norm?.pair(&context.norms.statistics);
            Some(NormSums { mean, rstd, sums })
        });
        let dy = if in_place { mix::Gradient::InPlace } else { mix::Gradient::From(from, dy.extent) };
        mix::backward(context.isa, &terms[..count], activations, dy, to, &g.extent, &mut norms[..count]);
    }

    pub(super) fn norm_gradient(&mut self, info: &NormInfo, x: Slot, g: Slot, dx: Slot, write: Write) {
        let context = self.context;
        let k = info.coefficients(&context.norms.coefficients);
        if g == dx && write == Write::Set {
            let ([map], [to]) = self.arena.view([x.into()], [dx.into()]);
            norm::backward_in_place(context.isa, map, &x.extent, k, to, &dx.extent);
        } else {
            let ([map, from], [to]) = self.arena.view([x.into(), g.into()], [dx.into()]);
            norm::backward(context.isa, map, &x.extent, from, &g.extent, k, to, &dx.extent, write);
        }
    }

    pub(super) fn fixed_norm_gradient(&mut self, info: &NormInfo, g: Slot, dx: Slot, write: Write) {
        let context = self.context;
        let mix::Affine { scale, .. } = context.affine(info);
        let ([from], [to]) = self.arena.view([g.into()], [dx.into()]);
        norm::fixed_backward(context.isa, from, &g.extent, scale, to, &dx.extent, write);
    }
}

/// Pools, products, reshapes and the like: one gradient in, one gradient out.
impl Single<'_> {
    pub(super) fn max_pool_gradient(&mut self, of: &Pool, x: Slot, dy: Slot, dx: Slot, write: Write) {
        let ([map, from], [to]) = self.arena.view([x.into(), dy.into()], [dx.into()]);
        let isa = self.context.isa;
        pool::max_pool_backward(isa, of, map, &x.extent, from, &dy.extent, to, &dx.extent, write);
    }

    pub(super) fn avg_pool_gradient(&mut self, of: &Pool, count_padding: bool, dy: Slot, dx: Slot, write: Write) {
        let ([from], [to]) = self.arena.view([dy.into()], [dx.into()]);
        pool::avg_pool_backward(self.context.isa, of, count_padding, from, &dy.extent, to, &dx.extent, write);
    }

    pub(super) fn global_avg_pool_gradient(&mut self, dy: Slot, dx: Slot, write: Write) {
        let ([from], [to]) = self.arena.view([dy.into()], [dx.into()]);
        pool::global_avg_pool_backward(self.context.isa, from, &dy.extent, to, &dx.extent, write);
    }
}
