//! The loader: batches of a data set, epoch by epoch.

use std::fmt;
use std::sync::Arc;

use athena_runtime::threads::for_each_chunk;

use super::augment::{Augmentation, Move};
use super::batch::Batch;
use super::dataset::{Dataset, Pixels, write_image};
use super::random::Random;
use crate::{ClassCount, Error, ImageShape, Port};

/// Makes batches of a data set, in its order or [`shuffled`](Loader::shuffled).
///
/// The images of a batch are converted, normalised and augmented on all threads. Order and augmentation depend only on the seed, the
/// epoch and the images' indices.
///
/// If the batch size does not divide the number of images, the last batch of an epoch is smaller. [`drop_last`](Loader::drop_last) leaves it
/// out.
///
/// A loader is an iterator over the batches of one epoch. After the end of an epoch it continues with the next one:
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x8x8) -> 10 { input -> conv(8, 3x3) -> relu -> global_avg_pool -> flatten -> linear(10) }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let data = Dataset::from_bytes(vec![9; 20 * 64], vec![7; 20])?;
///     let mut loader = Loader::new(&data, 8)?.seed(1).shuffled();
///     let mut trainer = Trainer::builder(Net::new(1)).build()?;
///     for epoch in 0..3 {
///         for batch in &mut loader {
///             let report = trainer.step(&batch)?;
///             println!("epoch {epoch}, step {}: loss {:.4}", report.step, report.metrics.loss);
///         }
///     }
///     Ok(())
/// }
/// ```
///
/// The number of batches, and the epoch:
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let data = Dataset::<Image<1, 1, 1>, Classes<10>>::from_bytes([0; 20], [7; 20])?;
///     let mut loader = Loader::new(&data, 8)?.augmented(Augmentation::new().flip());
///     assert_eq!((loader.batch_size(), loader.batches()), (8, 3)); // 8, 8 and 4 images
///     assert_eq!(Loader::new(&data, 8)?.drop_last().batches(), 2);
///
///     loader.start(5); // as if five epochs were over
///     while let Some(batch) = loader.next_batch() {
///         assert!(batch.len() <= 8);
///     }
///     assert_eq!(loader.epoch(), 6);
///     Ok(())
/// }
/// ```
///
/// The memory of a batch is reused for the next one, so nothing is allocated after the loader is made. If the user keeps a batch
/// (`loader.collect::<Vec<_>>()`), the next one gets new memory.
pub struct Loader<'a, I, K> {
    dataset: &'a Dataset<I, K>,
    size: usize,
    seed: u64,
    shuffled: bool,
    drop_last: bool,
    augmentation: Augmentation,
    /// For each channel of each input, the factor and the summand that turn a pixel into the network's input.
    affine: Vec<Vec<(f32, f32)>>,
    /// Whether all maps among inputs and targets have the same height and width.
    one_size: bool,
    order: Vec<u32>,
    epoch: u64,
    /// Position in `order` of the first image of the next batch; `None` before the order of the epoch is drawn.
    next: Option<usize>,
    /// The batch, which is reused unless the user still has the last one.
    batch: Arc<Batch<I, K>>,
}

impl<I: ImageShape, K: ClassCount> fmt::Debug for Loader<'_, I, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dataset, size, seed, shuffled, epoch, .. } = self;
        f.debug_struct("Loader")
            .field("dataset", dataset)
            .field("batch_size", size)
            .field("seed", seed)
            .field("shuffled", shuffled)
            .field("epoch", epoch)
            .finish_non_exhaustive()
    }
}

impl<'a, I: ImageShape, K: ClassCount> Loader<'a, I, K> {
    /// A loader with batches of `size` images.
    ///
    /// # Errors
    /// `size` is 0.
    pub fn new(dataset: &'a Dataset<I, K>, size: usize) -> Result<Self, Error> {
        if size == 0 {
            let (expected, found) = ("batches of 1 image or more".into(), "0".into());
            return Err(Error::Argument { name: "Loader::new", expected, found });
        }
        let size = size.min(dataset.len());
        Ok(Self {
            dataset,
            size,
            seed: 0,
            shuffled: false,
            drop_last: false,
            augmentation: Augmentation::new(),
            affine: (0..I::PORTS.len()).map(|input| dataset.affine(input)).collect(),
            one_size: one_size(I::PORTS, K::PORTS),
            order: (0..dataset.len() as u32).collect(),
            epoch: 0,
            next: None,
            batch: Arc::new(Batch::room(size, &dataset.targets)),
        })
    }

    /// Sets the seed of shuffling and augmentation; the default is 0.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Shuffles the images, anew for every epoch.
    #[must_use]
    pub fn shuffled(self) -> Self {
        Self { shuffled: true, ..self }
    }

    /// Augments the images with random changes. All maps among the inputs and targets of an image are changed alike: from outside come black
    /// pixels, the class 0 and the value 0. If these maps differ in size, crops are left out.
    #[must_use]
    pub fn augmented(self, augmentation: Augmentation) -> Self {
        Self { augmentation, ..self }
    }

    /// Leaves out the last batch of an epoch if it is smaller than the others.
    #[must_use]
    pub fn drop_last(self) -> Self {
        Self { drop_last: true, ..self }
    }

    /// Number of images of a full batch: the batch size, or the size of the data set if that is smaller.
    #[must_use]
    pub fn batch_size(&self) -> usize {
        self.size
    }

    /// Number of batches of an epoch, at least one.
    #[must_use]
    pub fn batches(&self) -> usize {
        if self.drop_last { self.dataset.len() / self.size } else { self.dataset.len().div_ceil(self.size) }
    }

    /// Number of images of a full batch, and of the last batch if it is smaller; 0 for one that does not exist.
    pub(crate) fn sizes(&self) -> [usize; 2] {
        [self.size, if self.drop_last { 0 } else { self.dataset.len() % self.size }]
    }

    /// The epoch, from 0, that the next batch belongs to.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Goes to the start of epoch `epoch`.
    pub fn start(&mut self, epoch: u64) {
        self.epoch = epoch;
        self.next = None;
    }

    /// Borrows the next batch of the epoch; `None` at its end. The call after that begins the next epoch.
    ///
    /// A `for` loop gives the same batches in an `Arc`: see [`Loader`].
    pub fn next_batch(&mut self) -> Option<&Batch<I, K>> {
        self.advance().then_some(&*self.batch)
    }

    /// Makes the next batch of the epoch. Returns `false` at the end of the epoch; the next call begins the next one.
    fn advance(&mut self) -> bool {
        let first = match self.next {
            Some(first) => first,
            None => self.draw_order(),
        };
        let count = self.size.min(self.order.len() - first);
        if count == 0 || (self.drop_last && count < self.size) {
            self.start(self.epoch + 1);
            return false;
        }
        self.next = Some(first + count);
        self.fill(first, count);
        true
    }

    fn draw_order(&mut self) -> usize {
        if self.shuffled {
            // Every epoch shuffles from the same order, so it does not depend on the epochs before it.
            self.order.iter_mut().zip(0..).for_each(|(index, i)| *index = i);
            Random::of([self.seed, self.epoch, u64::MAX]).shuffle(&mut self.order);
        }
        0
    }

    fn fill(&mut self, first: usize, count: usize) {
        if Arc::get_mut(&mut self.batch).is_none() {
            // The user still has the last batch.
            self.batch = Arc::new(Batch::room(self.size, &self.dataset.targets));
        }
        let batch = Arc::make_mut(&mut self.batch);
        let indices = &self.order[first..][..count];
        let shown = |index: u32| {
            let shown = self.augmentation.draw(self.seed, self.epoch, index);
            if self.one_size { shown } else { Move { flip: shown.flip, ..Move::default() } }
        };
        for ((from, to), port) in self.dataset.targets.iter().zip(&mut batch.targets).zip(K::PORTS) {
            from.gather(port, indices.iter().map(|&index| (index as usize, shown(index))), to);
        }
        for (input, (to, port)) in batch.inputs.iter_mut().zip(I::PORTS).enumerate() {
            let (one, affine) = (port.len(), &self.affine[input]);
            let shown = |index| if port.shape.len() == 3 { shown(index) } else { Move::default() };
            to.resize(count * one, 0.0);
            match self.dataset.input(input) {
                Pixels::Bytes(bytes) => for_each_chunk(to, one, &|i, target| {
                    let index = indices[i];
                    write_image(port, &bytes[index as usize * one..][..one], target, shown(index), affine);
                }),
                Pixels::Floats(floats) => for_each_chunk(to, one, &|i, target| {
                    let index = indices[i];
                    write_image(port, &floats[index as usize * one..][..one], target, shown(index), affine);
                }),
            }
        }
    }
}

/// Whether all maps have the same height and width.
fn one_size(inputs: &[Port], outputs: &[Port]) -> bool {
    let mut sizes = inputs.iter().chain(outputs).filter(|port| port.shape.len() == 3).map(|port| &port.shape[1..]);
    let first = sizes.next();
    sizes.all(|size| Some(size) == first)
}

/// Iterates over the batches of one epoch. After its `None`, the next call begins the next epoch.
impl<I: ImageShape, K: ClassCount> Iterator for Loader<'_, I, K> {
    type Item = Arc<Batch<I, K>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().then(|| Arc::clone(&self.batch))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let done = self.next.map_or(0, |first| first.div_ceil(self.size));
        let left = self.batches().saturating_sub(done);
        (left, Some(left))
    }
}

impl<I: ImageShape, K: ClassCount> ExactSizeIterator for Loader<'_, I, K> {}
