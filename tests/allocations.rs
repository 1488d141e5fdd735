//! Loading a batch, training on it and inference allocate nothing on the heap. This is a separate test binary, because it counts
//! the allocations of the whole process.
#![allow(unsafe_code, reason = "a global allocator cannot be written otherwise")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use athena::InferenceWorkspace;
use athena::prelude::*;
use athena::train::TrainerBuilder;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call goes on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

athena::resnet! {
    /// A network whose optimiser state spans several chunks.
    struct Wide(3x8x8) -> 10 {
        input
            -> conv(32, 3x3) -> batch_norm -> relu
            -> conv(64, 3x3, stride = 2) -> batch_norm -> relu
            -> dropout(0.2)
            -> global_avg_pool -> flatten -> linear(10)
    }

    /// A network with frozen layers and layers of the user's own.
    #[freeze(conv1, batch_norm*)]
    struct Own(3x8x8) -> 10 {
        input
            -> conv(32, 3x3) -> batch_norm -> crate::Square
            -> conv(16, 3x3) -> batch_norm -> relu
            -> crate::Reversed as 16x8x8
            -> global_avg_pool -> flatten -> linear(10)
    }
}

struct Square;

impl athena::layer::Pointwise for Square {
    fn forward(&self, x: f32) -> f32 {
        x * x
    }

    fn derivative(&self, x: f32) -> f32 {
        2.0 * x
    }
}

struct Reversed;

impl<const C: usize, const H: usize, const W: usize> athena::layer::Layer<C, H, W> for Reversed {
    const OUTPUT: [usize; 3] = [C, H, W];

    fn forward(&self, x: &[f32], y: &mut [f32]) {
        x.iter().rev().zip(y).for_each(|(x, y)| *y = *x);
    }

    fn backward(&self, _: &[f32], dy: &[f32], dx: &mut [f32]) {
        dy.iter().rev().zip(dx).for_each(|(dy, dx)| *dx += dy);
    }
}

/// The number of allocations of `epochs` epochs of loading and training, from the second step on, because the first one makes the memory.
fn allocations_of<M>(trainer: TrainerBuilder<M>, epochs: u64) -> usize
where
    M: Model<Image = Image<3, 8, 8>, Classes = Classes<10>>,
{
    let pixels: Vec<u8> = (0..37 * 192).map(|i| (i * 31 % 256) as u8).collect();
    let labels: Vec<u32> = (0..37).map(|i| i % 10).collect();
    let data = Dataset::<Image<3, 8, 8>, Classes<10>>::from_bytes(pixels, labels).unwrap();
    let augmentation = Augmentation::new().crop(1).flip();
    let mut loader = Loader::new(&data, 16).unwrap().shuffled().augmented(augmentation);
    let mut trainer = trainer.schedule(Schedule::cosine().warm_up(Span::Epochs(1))).build().unwrap();
    trainer.begin(Horizon { steps_per_epoch: 3, epochs });
    trainer.step(&loader.next().unwrap()).unwrap();
    loader.start(0);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..epochs {
        for batch in &mut loader {
            trainer.step(&batch).unwrap();
        }
    }
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

athena::models::resnet20! { struct Deep }

/// The number of allocations of inference, with small batches, whose convolutions are divided among threads, and with larger ones.
fn allocations_of_inference() -> usize {
    let (model, images) = (Deep::new(0), vec![0.5; 4 * 3 * 32 * 32]);
    let mut workspaces = [1, 4].map(|capacity| InferenceWorkspace::<Deep>::new(capacity).unwrap());
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for _ in 0..50 {
        for (workspace, batch) in workspaces.iter_mut().zip([1, 3]) {
            workspace.outputs(&model, &images[..batch * 3 * 32 * 32]).unwrap();
        }
        workspaces[1].outputs(&model, &images).unwrap();
    }
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

/// The number of allocations of the losses of maps, which all threads compute, of counting their regions, and of the losses of embeddings.
fn allocations_of_losses() -> usize {
    const IMAGES: usize = 70;
    let (map, vector) = ([3, 16, 16], [3 * 16 * 16, 1, 1]);
    let outputs: Vec<f32> = (0..IMAGES * vector[0]).map(|at| (at * 31 % 64 + 1) as f32 / 16.0).collect();
    let (pixels, identities): (Vec<u32>, Vec<u32>) =
        ((0..IMAGES as u32 * 256).map(|at| at % 3).collect(), (0..IMAGES as u32).map(|image| image % 7).collect());
    let (pixels, identities) = (Targets::Classes(&pixels), Targets::Classes(&identities));
    let everything = CrossEntropy::new().ignore_index(2).label_smoothing(0.1).weight([1.0, 2.0, 3.0]);
    let losses: [(&dyn Loss, _, _); 7] = [
        (&everything, map, pixels),
        (&BinaryCrossEntropy::new(), map, pixels),
        (&Dice::new(), map, pixels),
        (&Dice::new().batch(true), map, pixels),
        (&CosineEmbedding::new(), map, Targets::Values(&outputs)),
        (&Triplet::new(), vector, identities),
        (&Triplet::new().batch_all(), vector, identities),
    ];
    let (mut gradients, mut iou) = (vec![0.0; outputs.len()], MeanIou::new(3).unwrap());
    let mut step = || {
        for (loss, shape, targets) in losses {
            loss.check(targets, IMAGES, shape).unwrap();
            assert!(loss.loss(&outputs, shape, false, targets, &mut gradients).is_finite());
        }
        if let Targets::Classes(labels) = pixels {
            iou.add_outputs(&outputs, [16, 16], labels).unwrap();
        }
    };
    step();
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    step();
    step();
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

type Settings = TrainerBuilder<Wide>;

fn settings() -> Settings {
    Trainer::builder(Wide::new(0)).clip(Clip::Norm(1.0))
}

/// Measures on each number of threads, each inside the pool of the one before, because the threads of a pool allocate when they end.
fn measure(threads: &[usize]) {
    let optimisers: [fn(Settings) -> Settings; 5] = [
        |s| s.optimiser(Sgd::new().momentum(0.9).nesterov(true)),
        |s| s.optimiser(Adam::new()).loss(MeanSquaredError),
        |s| s.optimiser(AdamW::new()).clip(Clip::Value(0.1)),
        |s| s.optimiser(RmsProp::new().momentum(0.9).centered(true)),
        |s| s.optimiser(Adagrad::new()),
    ];
    let Some((&count, others)) = threads.split_first() else {
        let outside = std::thread::spawn(|| allocations_of(settings(), 60)).join().unwrap();
        assert_eq!(outside, 0, "on a thread of no pool");
        assert_eq!(std::thread::spawn(allocations_of_inference).join().unwrap(), 0, "inference on a thread of no pool");
        return;
    };
    let measured = with_threads(count, || {
        for (index, set) in optimisers.into_iter().enumerate() {
            assert_eq!(allocations_of(set(settings()), 20), 0, "optimiser {index}, {count} threads");
        }
        assert_eq!(allocations_of_inference(), 0, "inference, {count} threads");
        assert_eq!(allocations_of_losses(), 0, "losses, {count} threads");
        let own = Trainer::builder(Own::new(0)).optimiser(Sgd::new().learning_rate(1e-4));
        assert_eq!(allocations_of(own, 20), 0, "layers of its own, {count} threads");
        measure(others);
    });
    measured.unwrap();
}

/// There is no test harness, because its thread would be counted.
fn main() {
    measure(&[1, 2, 4]);
}
