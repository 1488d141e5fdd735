//! The steps of batch norms on one image.

use super::{BatchNorm, NormInfo, Sums, SumsInfo, kernel};
use crate::exec::{Pass, Single};
use crate::layout::{Map, MapRef, Slot};
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
        kernel::statistics(isa, MapRef::new(map, x.extent), out);
    }

    fn norm_gradient(&mut self, info: &NormInfo, x: Slot, g: Slot, dx: Slot, write: Write) {
        let context = self.context;
        let k = info.coefficients(&context.norms.coefficients);
        if g == dx && write == Write::Set {
            let ([x], [dx]) = self.arena.maps([x], [dx]);
            kernel::backward_in_place(context.isa, x, k, dx);
        } else {
            let ([x, g], [dx]) = self.arena.maps([x, g], [dx]);
            kernel::backward(context.isa, x, g, k, dx, write);
        }
    }

    fn fixed_norm_gradient(&mut self, info: &NormInfo, g: Slot, dx: Slot, write: Write) {
        let context = self.context;
        let (scale, _) = info.pair(&context.norms.affine);
        let ([g], [dx]) = self.arena.maps([g], [dx]);
        kernel::fixed_backward(context.isa, g, scale, dx, write);
    }
}
