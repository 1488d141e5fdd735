//! A group of images in one phase: the typed face of the drivers.

use super::context::Context;
use crate::arena::Arena;
use crate::kernels::copy;
use crate::layers::{BatchNorm, Conv, Sums, Term};
use crate::layout::{Map, MapMut, MapRef, Slot};
use crate::ops::{Activation, Pool, Write};

/// A group of images in one phase of a [`Run`](super::Run): each step is done to all of them.
pub struct Pass<'a> {
    pub(crate) context: &'a Context<'a>,
    /// Which images of the batch.
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// The images' parts of the arena, one behind the other, and their scratch.
    pub(crate) image: &'a mut [f32],
    pub(crate) scratch: &'a mut [f32],
    pub(crate) accumulators: &'a mut [f32],
    /// What a kernel works with within one step.
    pub(crate) work: &'a mut [f32],
}

/// One image of a [`Pass`].
pub(crate) struct Single<'a> {
    pub context: &'a Context<'a>,
    /// Which image of the batch.
    pub index: usize,
    pub arena: Arena<'a>,
    pub accumulators: &'a mut [f32],
}

impl Pass<'_> {
    /// Does a step to each image.
    pub(crate) fn each(&mut self, step: &mut dyn FnMut(&mut Single<'_>)) {
        let (image, scratch) = (self.image.len() / self.count, self.scratch.len() / self.count);
        for i in 0..self.count {
            let arena = Arena::new(&mut self.image[i * image..][..image], &mut self.scratch[i * scratch..][..scratch]);
            let (context, accumulators) = (self.context, &mut *self.accumulators);
            step(&mut Single { context, index: self.first + i, arena, accumulators });
        }
    }

    /// Calls `step` for each image with the maps that it reads, and the one that it writes.
    pub(crate) fn each_map<const N: usize>(
        &mut self,
        read: [Slot; N],
        written: Slot,
        step: &dyn Fn(&Context<'_>, [MapRef<'_>; N], MapMut<'_>),
    ) {
        self.each(&mut |image| {
            let (read, [written]) = image.arena.maps(read, [written]);
            step(image.context, read, written);
        });
    }
}

/// Steps that belong to no layer.
impl Pass<'_> {
    /// The image, from the caller's batch.
    pub fn load<const C: usize, const H: usize, const W: usize>(&mut self, y: Map<C, H, W>) {
        let y = y.slot();
        self.each(&mut |image| {
            let len = image.context.images.len() / image.context.batch;
            let from = &image.context.images[image.index * len..][..len];
            let ([], [y]) = image.arena.maps([], [y]);
            copy::load(from, y);
        });
    }

    /// `dx = g`, or `dx += g`.
    pub fn add<const C: usize, const H: usize, const W: usize>(
        &mut self,
        g: Map<C, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each_map([g.slot()], dx.slot(), &|_, [g], dx| copy::add(g, dx, write));
    }
}

/// Forward.
impl Pass<'_> {
    /// `y = conv(x) + bias`.
    pub fn conv<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        conv: &Conv<CI, HI, WI, CO, HO, WO>,
        x: Map<CI, HI, WI>,
        y: Map<CO, HO, WO>,
    ) {
        self.conv_into(&conv.info(), x.slot(), y.slot());
    }

    /// [`conv`](Self::conv), and this image's statistics of `y` on the way to a batch norm's.
    pub fn conv_sums<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        conv: &Conv<CI, HI, WI, CO, HO, WO>,
        x: Map<CI, HI, WI>,
        y: Map<CO, HO, WO>,
        sums: Sums<CO, HO, WO>,
    ) {
        self.conv_into(&conv.info(), x.slot(), y.slot());
        self.each(&mut |image| image.sums_of(y.slot(), sums.info()));
    }

    /// This image's statistics of a map on the way to a batch norm's: the mean and the sum of squared deviations of each channel.
    pub fn sums<const C: usize, const H: usize, const W: usize>(&mut self, x: Map<C, H, W>, sums: Sums<C, H, W>) {
        self.each(&mut |image| image.sums_of(x.slot(), sums.info()));
    }

    /// `y = act(norm(conv(x) + bias) + adds)` with the running statistics: in inference, and where the norm is frozen.
    pub fn conv_fused<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        conv: &Conv<CI, HI, WI, CO, HO, WO>,
        x: Map<CI, HI, WI>,
        norm: Option<&BatchNorm<CO>>,
        adds: &[Map<CO, HO, WO>],
        activations: &[Activation],
        y: Map<CO, HO, WO>,
    ) {
        let add = |i: usize| adds[i].slot();
        self.conv_fused_into(
            &conv.info(),
            x.slot(),
            norm.map(BatchNorm::info).as_ref(),
            (adds.len(), &add),
            activations,
            y.slot(),
        );
    }

    /// `y = act(sum of terms)`.
    pub fn mix<const C: usize, const H: usize, const W: usize>(
        &mut self,
        terms: &[Term<C, H, W>],
        activations: &[Activation],
        y: Map<C, H, W>,
    ) {
        self.each(&mut |image| image.mix_into((terms.len(), &|i| terms[i].info()), activations, y.slot()));
    }

    /// The largest value of each window; padding is never picked.
    pub fn max_pool<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        of: &Pool,
        x: Map<C, HI, WI>,
        y: Map<C, HO, WO>,
    ) {
        self.each(&mut |image| image.max_pool_into(of, x.slot(), y.slot()));
    }

    /// The mean of each window; with `count_padding` padding counts as zeros, else not at all.
    pub fn avg_pool<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        of: &Pool,
        count_padding: bool,
        x: Map<C, HI, WI>,
        y: Map<C, HO, WO>,
    ) {
        self.each(&mut |image| image.avg_pool_into(of, count_padding, x.slot(), y.slot()));
    }

    /// The mean of each channel.
    pub fn global_avg_pool<const C: usize, const H: usize, const W: usize>(
        &mut self,
        x: Map<C, H, W>,
        y: Map<C, 1, 1>,
    ) {
        self.each(&mut |image| image.global_avg_pool_into(x.slot(), y.slot()));
    }
}

/// Backward: `dy` is the gradient of the step's output, `dx` of its input.
impl Pass<'_> {
    /// Adds the gradients of weight and bias to the shard's accumulators.
    pub fn conv_backward_weights<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        conv: &Conv<CI, HI, WI, CO, HO, WO>,
        x: Map<CI, HI, WI>,
        dy: Map<CO, HO, WO>,
    ) {
        self.accumulate_conv(&conv.info(), x.slot(), dy.slot());
    }

    /// The gradient of a convolution's input.
    pub fn conv_backward_data<
        const CI: usize,
        const HI: usize,
        const WI: usize,
        const CO: usize,
        const HO: usize,
        const WO: usize,
    >(
        &mut self,
        conv: &Conv<CI, HI, WI, CO, HO, WO>,
        dy: Map<CO, HO, WO>,
        dx: Map<CI, HI, WI>,
        write: Write,
    ) {
        self.conv_gradient(&conv.info(), dy.slot(), dx.slot(), write);
    }

    /// `g = dy * act'(z)` for the sum `z` of the terms, and for each term with a norm the sums of `g` and of `g` times the normalised
    /// map. `g` may be `dy`.
    pub fn mix_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        terms: &[Term<C, H, W>],
        activations: &[Activation],
        dy: Map<C, H, W>,
        g: Map<C, H, W>,
        sums: &[Option<Sums<C, H, W>>],
    ) {
        assert_eq!(terms.len(), sums.len(), "one place for sums, or none, for each term");
        let term = |i: usize| (terms[i].info(), sums[i].map(Sums::info));
        self.each(&mut |image| image.mix_gradient((terms.len(), &term), activations, dy.slot(), g.slot()));
    }

    /// The gradient of a batch norm's input from `g`, the one of its output, after `Run::normalise_backward`. `dx` may be `g` with
    /// [`Write::Set`].
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

    /// The same for a frozen batch norm, which is a fixed scale and shift.
    pub fn fixed_norm_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        norm: &BatchNorm<C>,
        g: Map<C, H, W>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each(&mut |image| image.fixed_norm_gradient(&norm.info(), g.slot(), dx.slot(), write));
    }

    /// The gradient of a max pool's input: all of a window's to the value that was picked.
    pub fn max_pool_backward<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        of: &Pool,
        x: Map<C, HI, WI>,
        dy: Map<C, HO, WO>,
        dx: Map<C, HI, WI>,
        write: Write,
    ) {
        self.each(&mut |image| image.max_pool_gradient(of, x.slot(), dy.slot(), dx.slot(), write));
    }

    /// The gradient of an average pool's input.
    pub fn avg_pool_backward<const C: usize, const HI: usize, const WI: usize, const HO: usize, const WO: usize>(
        &mut self,
        of: &Pool,
        count_padding: bool,
        dy: Map<C, HO, WO>,
        dx: Map<C, HI, WI>,
        write: Write,
    ) {
        self.each(&mut |image| image.avg_pool_gradient(of, count_padding, dy.slot(), dx.slot(), write));
    }

    /// The gradient of a global average pool's input.
    pub fn global_avg_pool_backward<const C: usize, const H: usize, const W: usize>(
        &mut self,
        dy: Map<C, 1, 1>,
        dx: Map<C, H, W>,
        write: Write,
    ) {
        self.each(&mut |image| image.global_avg_pool_gradient(dy.slot(), dx.slot(), write));
    }
}
