//! The steps of batch norms on one image.

use super::{BatchNorm, NormInfo, Sums, SumsInfo, kernel};
use crate::exec::{Pass, Single};
use crate::layout::{Map, Slot};
use crate::ops::Write;

impl Pass<'_> {
    /// Computes this image's statistics for a batch norm: the mean and the sum of squared deviations of each channel.
    pub fn sums<const C: usize, const H: usize, const W: usize>(&mut self, x: Map<C, H, W>, sums: Sums<C, H, W>) {
        self.each(&mut |image| image.sums_of(x.slot(), sums.info()));
    }

    /// Computes the gradient of a batch norm's input from `g`, the gradient of its output, after `Run::normalise_backward`. With
    /// [`Write::Set`], `dx` may be `g`.
    pub fn norm_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        norm: &BatchNorm<C>,
        x: Map<C, H, W>,
        g: Map<C, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each(&mut |image| image.norm_gradient(&norm.info(), x.slot(), g.slot(), dx.slot(), write));
    }

    /// Computes the gradient of a frozen batch norm's input. The norm is a fixed scale and shift.
    pub fn fixed_norm_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        norm: &BatchNorm<C>,
        g: Map<C, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each(&mut |image| image.fixed_norm_gradient(&norm.info(), g.slot(), dx.slot(), write));
    }
}

impl Single<'_> {
    pub(crate) fn sums_of(&mut self, x: Slot, sums: SumsInfo) {
        let isa = self.context.isa;
        let ([map], [out]) = self.arena.view([x.into()], [sums.region()]);
        kernel::statistics(isa, map, &x.extent, out);
    }

    fn norm_gradient(&mut self, info: &NormInfo, x: Slot, g: Slot, dx: Slot, write: Write) {
        let context = self.context;
        let k = info.coefficients(&context.norms.coefficients);
        if g == dx && write == Write::Set {
            let ([map], [to]) = self.arena.view([x.into()], [dx.into()]);
            kernel::backward_in_place(context.isa, map, &x.extent, k, to, &dx.extent);
        } else {
            let ([map, from], [to]) = self.arena.view([x.into(), g.into()], [dx.into()]);
            kernel::backward(context.isa, map, &x.extent, from, &g.extent, k, to, &dx.extent, write);
        }
    }

    fn fixed_norm_gradient(&mut self, info: &NormInfo, g: Slot, dx: Slot, write: Write) {
        let context = self.context;
        let (scale, _) = info.pair(&context.norms.affine);
        let ([from], [to]) = self.arena.view([g.into()], [dx.into()]);
        kernel::fixed_backward(context.isa, from, &g.extent, scale, to, &dx.extent, write);
    }
}
