//! Drivers of the fused elementwise pass of one image, forward and backward. They look up slots and norms, and call one kernel.

use super::kernel::{self, NormSums};
use super::{MOST_TERMS, Term, TermInfo};
use crate::arena::Region;
use crate::exec::{Context, Pass, Single};
use crate::layers::batch_norm::{Sums, SumsInfo};
use crate::layout::{Map, MapMut, MapRef, Slot};
use crate::ops::Activation;
use std::array::from_fn;

/// A list for drivers that are not generic over its type: its length, and a function that gives each element.
pub(crate) type List<'a, T> = (usize, &'a dyn Fn(usize) -> T);

/// The length of the short arrays of operands, which cost little to fill. Only unusual sums need the long ones.
pub(crate) const FEW: usize = 2;

/// A term, and the place of its norm's sums.
type Differentiated = (TermInfo, Option<SumsInfo>);

impl Pass<'_> {
    /// `y = act(sum of terms)`.
    pub fn fused<const C: usize, const H: usize, const W: usize>(
        &mut self,
        terms: &[Term<C, H, W>],
        activations: &[Activation],
        y: Map<C, H, W>,
    ) {
        self.each(&mut |image| image.fused_into((terms.len(), &|i| terms[i].info()), activations, y.slot()));
    }

    /// Computes `g = dy * act'(z)` for the sum `z` of the terms, and, for each term with a norm, the sums of `g` and of `g` times the normalised
    /// map. `g` may be `dy`.
    pub fn fused_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        terms: &[Term<C, H, W>],
        activations: &[Activation],
        dy: Map<C, H, W>,
        g: Map<C, H, W>,
        sums: &[Option<Sums<C, H, W>>],
    ) {
        assert_eq!(terms.len(), sums.len(), "one place for sums, or none, for each term");
        let term = |i: usize| (terms[i].info(), sums[i].map(Sums::info));
        self.each(&mut |image| image.fused_gradient((terms.len(), &term), activations, dy.slot(), g.slot()));
    }
}

impl Context<'_> {
    /// The term for the kernel, with the map `x`. `None` is for unused places of arrays.
    fn term<'s>(&'s self, info: Option<TermInfo>, x: &'s [f32]) -> kernel::Term<'s> {
        match info {
            Some(info) => kernel::Term {
                x: MapRef::new(x, info.slot.extent),
                affine: info.norm.as_ref().map(|norm| {
                    let (scale, shift) = norm.pair(&self.norms.affine);
                    kernel::Affine { scale, shift }
                }),
            },
            None => kernel::Term::default(),
        }
    }
}

/// The region of a term's map; an empty one for unused places of arrays.
fn region(info: Option<TermInfo>) -> Region {
    info.map_or(Region::EMPTY, |info| info.slot.into())
}

impl Single<'_> {
    fn fused_into(&mut self, terms: List<'_, TermInfo>, activations: &[Activation], y: Slot) {
        match terms.0 {
            ..=FEW => self.fused_up_to::<{ FEW }>(terms, activations, y),
            _ => self.fused_up_to::<{ MOST_TERMS }>(terms, activations, y),
        }
    }

    fn fused_up_to<const N: usize>(&mut self, (count, term): List<'_, TermInfo>, activations: &[Activation], y: Slot) {
        assert!(count <= N, "a sum takes at most {N} terms");
        let infos: [Option<TermInfo>; N] = from_fn(|i| (i < count).then(|| term(i)));
        let (maps, [out]) = self.arena.view(infos.map(region), [y.into()]);
        let terms: [kernel::Term<'_>; N] = from_fn(|i| self.context.term(infos[i], maps[i]));
        kernel::forward(self.context.isa, &terms[..count], activations, MapMut::new(out, y.extent));
    }

    fn fused_gradient(&mut self, terms: List<'_, Differentiated>, activations: &[Activation], dy: Slot, g: Slot) {
        match terms.0 {
            ..=FEW => self.fused_gradient_up_to::<{ FEW }>(terms, activations, dy, g),
            _ => self.fused_gradient_up_to::<{ MOST_TERMS }>(terms, activations, dy, g),
        }
    }

    fn fused_gradient_up_to<const N: usize>(
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
        let terms: [kernel::Term<'_>; N] = from_fn(|i| context.term(infos[i].map(|(term, _)| term), maps[i]));
        let mut rest = sums.iter_mut();
        let mut norms: [Option<NormSums<'_>>; N] = from_fn(|i| {
            let sums = rest.next()?;
            let (info, Some(_)) = infos[i]? else { return None };
            let (mean, rstd) = info.norm?.pair(&context.norms.statistics);
            Some(NormSums { mean, rstd, sums })
        });
        let dy =
            if in_place { kernel::Gradient::InPlace } else { kernel::Gradient::From(MapRef::new(from, dy.extent)) };
        kernel::backward(context.isa, &terms[..count], activations, dy, MapMut::new(to, g.extent), &mut norms[..count]);
    }
}
