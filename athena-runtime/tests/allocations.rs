//! A step allocates nothing on the heap. The test counts the allocations of the whole process, so it runs without the test harness, whose thread
//! allocates while the first test runs.
#![allow(missing_docs, unsafe_code)]

mod network;

use athena_runtime::generated::Model;
use athena_runtime::loss::{CrossEntropy, Targets};
use athena_runtime::model::{InferenceWorkspace, TrainingWorkspace};
use athena_runtime::threads::with_threads;
use network::tiny::Tiny;
use network::{labels, numbers};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

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

/// Allocations of `steps` training steps and as many of inference, from the very first on.
fn allocations_of(steps: usize) -> usize {
    let (images, labels) = (numbers(37 * 192, 1), labels(37, 10, 2));
    let mut model = Tiny::new(0);
    let mut training = TrainingWorkspace::new(37).unwrap();
    let mut inference = InferenceWorkspace::new(37).unwrap();
    let loss = CrossEntropy::default();
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    for step in 0..steps {
        let batch = if step % 7 == 6 { 12 } else { 37 };
        let targets = Targets::Classes(&labels[..batch]);
        training.forward_backward(&mut model, &images[..batch * 192], targets, &loss).unwrap();
        inference.outputs(&model, &images[..batch * 192]).unwrap();
    }
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

fn main() {
    for threads in [1, 2, 4] {
        assert_eq!(with_threads(threads, || allocations_of(300)).unwrap(), 0, "{threads} threads");
    }
    let outside = std::thread::spawn(|| allocations_of(300)).join().unwrap();
    assert_eq!(outside, 0, "a thread that installs no pool");
}
