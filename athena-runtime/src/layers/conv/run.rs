//! Drivers of the convolutions. They compute image by image, or all images of a group together where Winograd's algorithm is faster.

use super::kernel::winograd::{self, Algorithm, Direction, Pair};
use super::kernel::{self, Epilogue, Part, Weights};
use super::{Conv, ConvInfo};
use crate::arena::Arena;
use crate::exec::{Context, MOST_MICRO_BATCH, MOST_SHARDS, Pass, Single};
use crate::layers::batch_norm::{BatchNorm, NormInfo, Sums};
use crate::layers::elementwise::{FEW, List, MOST_TERMS};
use crate::layout::{Map, MapMut, MapRef, MapType, Slot};
use crate::ops::{Activation, Write};
use crate::threads;
use std::array::from_fn;

impl Pass<'_> {
    /// `y = conv(x) + bias`.
    pub fn conv<X: MapType, Y: MapType>(&mut self, conv: &Conv<X, Y>, x: X, y: Y) {
        self.conv_into(&conv.info(), x.slot(), y.slot());
    }

    /// [`conv`](Self::conv), and the statistics of `y` for a batch norm.
    pub fn conv_sums<X: MapType, const C: usize, const H: usize, const W: usize>(
        &mut self,
        conv: &Conv<X, Map<C, H, W>>,
        x: X,
        y: Map<C, H, W>,
        sums: Sums<C, H, W>,
    ) {
        self.conv_into(&conv.info(), x.slot(), y.slot());
        self.each(&mut |image| image.sums_of(y.slot(), sums.info()));
    }

    /// `y = act(norm(conv(x) + bias) + adds)` with the running statistics, for inference and for frozen norms.
    pub fn conv_fused<X: MapType, const C: usize, const H: usize, const W: usize>(
        &mut self,
        conv: &Conv<X, Map<C, H, W>>,
        x: X,
        norm: Option<&BatchNorm<C>>,
        adds: &[Map<C, H, W>],
        activations: &[Activation],
        y: Map<C, H, W>,
    ) {
        let (info, norm, add) = (conv.info(), norm.map(BatchNorm::info), |i: usize| adds[i].slot());
        self.conv_fused_into(&info, x.slot(), norm.as_ref(), (adds.len(), &add), activations, y.slot());
    }

    /// Adds the gradients of weight and bias to the shard's accumulators.
    pub fn conv_backward_weights<X: MapType, Y: MapType>(&mut self, conv: &Conv<X, Y>, x: X, dy: Y) {
        self.accumulate_conv(&conv.info(), x.slot(), dy.slot());
    }

    /// Computes the gradient of a convolution's input.
    pub fn conv_backward_data<X: MapType, Y: MapType>(&mut self, conv: &Conv<X, Y>, dy: Y, dx: X, write: Write) {
        self.conv_gradient(&conv.info(), dy.slot(), dx.slot(), write);
    }
}

impl Context<'_> {
    /// The algorithm for a convolution of a group of `images` images.
    fn algorithm(&self, info: &ConvInfo, direction: Direction, images: usize) -> Algorithm {
        match self.exact || info.is_transposed {
            true => Algorithm::Direct,
            false => winograd::choose(&info.shape, direction, images),
        }
    }
}

/// The smallest part of a convolution, in multiply-adds. It takes a few microseconds, much more than it costs to hand it to another thread.
const LEAST_MACS: u64 = 1 << 19;

/// A forward convolution with its epilogue.
#[derive(Clone, Copy)]
struct Forward<'a> {
    info: &'a ConvInfo,
    x: Slot,
    norm: Option<&'a NormInfo>,
    adds: List<'a, Slot>,
    activations: &'a [Activation],
    y: Slot,
}

/// The maps of one image that a convolution reads and writes.
type Maps<'a, const N: usize> = (MapRef<'a>, [MapRef<'a>; N], MapMut<'a>);

impl Forward<'_> {
    /// Input, summands and output in one image's memory.
    fn maps<'a, const N: usize>(&self, arena: &'a mut Arena<'_>) -> Maps<'a, N> {
        let (count, add) = self.adds;
        let adds: [Slot; N] = from_fn(|i| if i < count { add(i) } else { Slot::EMPTY });
        let (([x], adds), ([y], [])) = arena.maps_with(([self.x], adds), ([self.y], []));
        (x, adds, y)
    }
}

/// Computes a convolution in up to `count` parts, in parallel.
fn compute<const N: usize>(whole: Part<'_, N>, count: usize, work: &mut [f32]) {
    if count <= 1 {
        return whole.compute(work);
    }
    let count = count.min(MOST_SHARDS);
    let each = work.len() / count;
    let (mut rest, mut work) = (Some(whole), work);
    let parts = (0..count).map(|index| {
        let part = rest.take()?;
        let (part, behind) = match part.cut(1, count - index) {
            Some(cut) if index + 1 < count => {
                let (part, behind) = part.split(cut);
                (part, Some(behind))
            }
            _ => (part, None),
        };
        rest = behind;
        Some((part, threads::split_off(&mut work, each)))
    });
    threads::for_each_of::<MOST_SHARDS, _>(parts, &|part: Option<(Part<'_, N>, &mut [f32])>| {
        if let Some((part, work)) = part {
            part.compute(work);
        }
    });
}

impl Pass<'_> {
    fn conv_into(&mut self, info: &ConvInfo, x: Slot, y: Slot) {
        match info.is_transposed {
            true => self.conv_transposed(info, x, y),
            false => self.conv_fused_into(info, x, None, (0, &|_| y), &[], y),
        }
    }

    fn conv_fused_into(
        &mut self,
        info: &ConvInfo,
        x: Slot,
        norm: Option<&NormInfo>,
        adds: List<'_, Slot>,
        activations: &[Activation],
        y: Slot,
    ) {
        let step = Forward { info, x, norm, adds, activations, y };
        match (adds.0, self.count) {
            (..=FEW, 1) => self.conv_up_to::<{ FEW }, 1>(&step),
            (..=FEW, _) => self.conv_up_to::<{ FEW }, MOST_MICRO_BATCH>(&step),
            _ => self.conv_up_to::<{ MOST_TERMS }, MOST_MICRO_BATCH>(&step),
        }
    }

    /// Computes a convolution with up to `N` summands, for a group of up to `G` images. For a single image, `G` is 1, so that
    /// parts are small structs that are quickly handed over.
    fn conv_up_to<const N: usize, const G: usize>(&mut self, step: &Forward<'_>) {
        assert!(step.adds.0 <= N, "a sum takes at most {N} terms");
        let (context, count, shape) = (self.context, self.count, &step.info.shape);
        let epilogue = context.epilogue(step);
        let Images { mut arenas, work, .. } = self.images::<G>();
        let mut sources = [MapRef::default(); G];
        let mut adds = [[MapRef::default(); N]; G];
        let mut dests: [MapMut<'_>; G] = from_fn(|_| MapMut::default());
        let maps = arenas.iter_mut().flatten().map(|arena| step.maps(arena));
        for (i, maps) in maps.enumerate() {
            (sources[i], adds[i], dests[i]) = maps;
        }
        let mut dests = dests.into_iter();
        let images: [winograd::Image<'_>; G] = from_fn(|i| winograd::Image {
            source: sources[i],
            dest: dests.next().unwrap_or_default(),
            epilogue: Epilogue { adds: &adds[i][..step.adds.0], ..epilogue },
        });
        let algorithm = context.algorithm(step.info, Direction::Forward, count);
        let weights = step.info.weight().of(context.parameters);
        let whole = Part::whole(context.isa, algorithm, shape, weights, (images, count));
        let worth_it = shape.macs() * count as u64 / LEAST_MACS;
        compute(whole, context.parts.min(worth_it as usize), work);
    }

    fn conv_gradient(&mut self, info: &ConvInfo, dy: Slot, dx: Slot, write: Write) {
        match self.context.algorithm(info, Direction::BackwardData, self.count) {
            Algorithm::Direct if info.is_transposed => {
                self.each(&mut |image| image.conv_transposed_gradient(info, dy, dx, write));
            }
            Algorithm::Direct => self.each(&mut |image| image.conv_gradient(info, dy, dx, write)),
            Algorithm::WinogradF4 => self.conv_gradient_of_all(info, dy, dx, write),
        }
    }

    fn conv_gradient_of_all(&mut self, info: &ConvInfo, dy: Slot, dx: Slot, write: Write) {
        let (context, count) = (self.context, self.count);
        let transposed = info.transposed().of(context.transposed);
        let Images { mut arenas, work, .. } = self.images::<MOST_MICRO_BATCH>();
        let mut maps = arenas.iter_mut().flatten().map(|arena| arena.maps([dy], [dx]));
        let mut images: [winograd::Image<'_>; MOST_MICRO_BATCH] = from_fn(|_| {
            let ([source], [dest]) = maps.next().unwrap_or_default();
            winograd::Image { source, dest, epilogue: Epilogue::default() }
        });
        let images = &mut images[..count];
        winograd::backward_data(context.isa, &info.shape, transposed, images, write, work);
    }

    fn accumulate_conv(&mut self, info: &ConvInfo, x: Slot, dy: Slot) {
        match self.context.algorithm(info, Direction::BackwardWeights, self.count) {
            Algorithm::Direct => self.each(&mut |image| image.accumulate_conv(info, x, dy)),
            Algorithm::WinogradF4 => {
                self.accumulate_conv_of_all(info, x, dy);
                if info.has_bias {
                    self.each(&mut |image| image.accumulate_bias(info, dy));
                }
            }
        }
    }

    fn accumulate_conv_of_all(&mut self, info: &ConvInfo, x: Slot, dy: Slot) {
        let (context, count) = (self.context, self.count);
        let Images { mut arenas, work, accumulators } = self.images::<MOST_MICRO_BATCH>();
        let dw = &mut accumulators[context.position(info.weight())..][..info.weight().len];
        let mut maps = arenas.iter_mut().flatten().map(|arena| arena.maps([x, dy], []));
        let pairs: [Pair<'_>; MOST_MICRO_BATCH] = from_fn(|_| {
            let ([x, dy], []) = maps.next().unwrap_or_default();
            Pair { x, dy }
        });
        let pairs = &pairs[..count];
        winograd::backward_weights(context.isa, &info.shape, pairs, dw, work);
    }

    /// All images of the group at once.
    fn images<const G: usize>(&mut self) -> Images<'_, G> {
        let (image, scratch) = (self.image.len() / self.count, self.scratch.len() / self.count);
        let mut images = self.image.chunks_exact_mut(image.max(1));
        let mut rest = &mut *self.scratch;
        let arenas = from_fn(|i| {
            let own = if i < self.count { scratch } else { 0 };
            let (scratch, behind) = std::mem::take(&mut rest).split_at_mut(own);
            rest = behind;
            Some(Arena::new(images.next()?, scratch))
        });
        Images { arenas, work: &mut *self.work, accumulators: &mut *self.accumulators }
    }
}

/// The memory of a group's images, and the data that they share.
struct Images<'a, const G: usize> {
    /// The arena of each image.
    arenas: [Option<Arena<'a>>; G],
    work: &'a mut [f32],
    accumulators: &'a mut [f32],
}

impl Context<'_> {
    /// The epilogue, without the summands.
    fn epilogue<'s>(&'s self, step: &Forward<'s>) -> Epilogue<'s> {
        Epilogue {
            bias: step.info.has_bias.then(|| step.info.bias().of(self.parameters)),
            affine: step.norm.map(|norm| norm.pair(&self.norms.affine)),
            activations: step.activations,
            ..Epilogue::default()
        }
    }
}

impl Single<'_> {
    fn conv_gradient(&mut self, info: &ConvInfo, dy: Slot, dx: Slot, write: Write) {
        let context = self.context;
        let (stored, transposed) = (info.weight().of(context.parameters), info.transposed().of(context.transposed));
        let ([dy], [dx]) = self.arena.maps([dy], [dx]);
        kernel::backward_data(context.isa, &info.shape, Weights { stored, transposed }, dy, dx, write, None);
    }

    fn accumulate_conv(&mut self, info: &ConvInfo, x: Slot, dy: Slot) {
        let dw = &mut self.accumulators[self.context.position(info.weight())..][..info.weight().len];
        let (input, output) = if info.is_transposed { (dy, x) } else { (x, dy) };
        let ([input, output], []) = self.arena.maps([input, output], []);
        kernel::backward_weights(self.context.isa, &info.shape, input, output, dw, None);
        if info.has_bias {
            self.accumulate_bias(info, dy);
        }
    }

    fn accumulate_bias(&mut self, info: &ConvInfo, dy: Slot) {
        let db = &mut self.accumulators[self.context.position(info.bias())..][..info.bias().len];
        let ([dy], []) = self.arena.maps([dy], []);
        kernel::backward_bias(self.context.isa, dy, db);
    }
}
