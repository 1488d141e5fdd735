//! Batches from a data set, epoch by epoch.

use super::augment::{Augmentation, Move};
use super::batch::{Batch, Wanted};
use super::dataset::{Dataset, Pixels};
use super::random::Random;
use crate::threads::for_each_chunk;
use crate::{ClassCount, Error, ImageShape};

/// Fills one batch after the other from a data set, in its order unless [`shuffled`](Loader::shuffled).
///
/// The images of a batch are converted, normalised and augmented on all threads. The batch is reused, so nothing is allocated
/// after the loader is made. Order and augmentation are functions of the seed, the epoch and the images' indices alone.
///
/// The last batch of an epoch is smaller where the images do not divide evenly; it is used, unless
/// [`without_rest`](Loader::without_rest) drops it.
#[derive(Debug)]
pub struct Loader<'a, I, K> {
    dataset: &'a Dataset<I, K>,
    size: usize,
    seed: u64,
    shuffled: bool,
    without_rest: bool,
    augmentation: Augmentation,
    /// For each channel, the factor and summand that turn a pixel into what the network sees.
    affine: Vec<(f32, f32)>,
    order: Vec<u32>,
    epoch: u64,
    /// First image of the next batch in `order`; `None` before the epoch's order is drawn.
    next: Option<usize>,
    batch: Batch<I, K>,
}

impl<'a, I: ImageShape, K: ClassCount> Loader<'a, I, K> {
    /// Batches of `size` images.
    ///
    /// # Errors
    /// A size of 0.
    pub fn new(dataset: &'a Dataset<I, K>, size: usize) -> Result<Self, Error> {
        if size == 0 {
            let (expected, found) = ("batches of 1 image or more".into(), "0".into());
            return Err(Error::Argument { name: "Loader::new", expected, found });
        }
        let size = size.min(dataset.len());
        let scale = if matches!(dataset.pixels(), Pixels::Bytes(_)) { 255.0 } else { 1.0 };
        let affine = |c| dataset.normalisation().map_or((1.0 / scale, 0.0), |n| n.affine(c, scale));
        Ok(Self {
            dataset,
            size,
            seed: 0,
            shuffled: false,
            without_rest: false,
            augmentation: Augmentation::new(),
            affine: (0..I::SHAPE[0]).map(affine).collect(),
            order: (0..dataset.len() as u32).collect(),
            epoch: 0,
            next: None,
            batch: Batch::room(size),
        })
    }

    /// The seed of shuffling and augmentation; 0 unless set.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// A new order for every epoch.
    #[must_use]
    pub fn shuffled(self) -> Self {
        Self { shuffled: true, ..self }
    }

    /// Changes the images at random.
    #[must_use]
    pub fn augmented(self, augmentation: Augmentation) -> Self {
        Self { augmentation, ..self }
    }

    /// Drops the last batch of an epoch where it would be smaller than the others.
    #[must_use]
    pub fn without_rest(self) -> Self {
        Self { without_rest: true, ..self }
    }

    /// Images of a full batch; at most those of the data set.
    #[must_use]
    pub fn batch_size(&self) -> usize {
        self.size
    }

    /// Batches of one epoch, at least one.
    #[must_use]
    pub fn batches(&self) -> usize {
        if self.without_rest { self.dataset.len() / self.size } else { self.dataset.len().div_ceil(self.size) }
    }

    /// The epoch, from 0, that the next batch belongs to.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Goes to the start of epoch `epoch`, as if all those before were over.
    pub fn start(&mut self, epoch: u64) {
        self.epoch = epoch;
        self.next = None;
    }

    /// The next batch of the epoch; `None` once it is over. The call after that begins the next epoch.
    pub fn next_batch(&mut self) -> Option<&Batch<I, K>> {
        let first = match self.next {
            Some(first) => first,
            None => self.draw_order(),
        };
        let count = self.size.min(self.order.len() - first);
        if count == 0 || (self.without_rest && count < self.size) {
            self.start(self.epoch + 1);
            return None;
        }
        self.next = Some(first + count);
        self.fill(first, count);
        Some(&self.batch)
    }

    fn draw_order(&mut self) -> usize {
        if self.shuffled {
            // From the same start every time, so that an epoch's order does not depend on those before.
            self.order.iter_mut().zip(0..).for_each(|(index, i)| *index = i);
            Random::of([self.seed, self.epoch, u64::MAX]).shuffle(&mut self.order);
        }
        0
    }

    fn fill(&mut self, first: usize, count: usize) {
        let indices = &self.order[first..][..count];
        let image = Dataset::<I, K>::IMAGE;
        self.batch.images.resize(count * image, 0.0);
        if let Wanted::Classes(labels) = &mut self.batch.wanted {
            labels.clear();
            labels.extend(indices.iter().map(|&i| self.dataset.labels()[i as usize]));
        }
        let (affine, shown) = (&self.affine, |i| self.augmentation.draw(self.seed, self.epoch, i));
        match self.dataset.pixels() {
            Pixels::Bytes(bytes) => for_each_chunk(&mut self.batch.images, image, &|i, target| {
                let index = indices[i];
                write_image::<I, u8>(&bytes[index as usize * image..][..image], target, shown(index), affine);
            }),
            Pixels::Floats(floats) => for_each_chunk(&mut self.batch.images, image, &|i, target| {
                let index = indices[i];
                write_image::<I, f32>(&floats[index as usize * image..][..image], target, shown(index), affine);
            }),
        }
    }
}

/// One image, channel by channel. Beyond the edge of the image is black: a pixel of 0 before normalisation.
fn write_image<I: ImageShape, T: Copy + Into<f32>>(
    source: &[T],
    target: &mut [f32],
    shown: Move,
    affine: &[(f32, f32)],
) {
    let [_, height, width] = I::SHAPE;
    let planes = source.chunks_exact(height * width).zip(target.chunks_exact_mut(height * width));
    for ((source, target), &(factor, summand)) in planes.zip(affine) {
        shown.plane(source, width, target, summand, |from, to| {
            to.iter_mut().zip(from).for_each(|(to, &from)| *to = from.into() * factor + summand);
        });
    }
}
