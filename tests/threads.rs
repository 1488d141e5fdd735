//! Inference has the same bits on any number of threads, whether they divide the images of a batch or the convolutions of one image.
#![allow(missing_docs)]

use std::process::Command;

use athena::threads::with_threads;
use athena::{InferenceWorkspace, Model, resnet};

athena::models::resnet20! { struct Small }
athena::models::resnet18! { struct Wide(3x40x40) -> 10 }

resnet! {
    /// A network with channels and rows that threads cannot divide evenly, groups of all widths, and a sum of maps with different halos.
    struct Uneven(3x37x29) -> 10 {
        let a = input -> conv(40, 5x5) -> batch_norm -> relu;
        let b = a -> conv(40, 3x3);
        a -> conv(80, 3x3, groups = 5) -> batch_norm -> silu -> conv(40, 1x1) -> batch_norm -> + b -> relu
            -> conv(40, 3x3, groups = 40) -> batch_norm -> relu
            -> conv(24, 3x3, stride = 2) -> batch_norm -> relu
            -> conv(9, 3x3) -> tanh
            -> global_avg_pool -> flatten -> linear(10)
    }
}

/// The bits of the outputs of one, three and five images.
fn outputs<M: Model>() -> Vec<u32> {
    let len = M::INPUT.iter().product::<usize>();
    let images: Vec<f32> =
        (0..5 * len as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 1e7 - 0.8).collect();
    let (model, mut workspace) = (M::new(1), InferenceWorkspace::<M>::new(5).unwrap());
    let mut bits = Vec::new();
    for batch in [1, 3, 5] {
        let outputs = workspace.outputs(&model, &images[..batch * len]).unwrap();
        assert!(outputs.iter().all(|x| x.is_finite()));
        bits.extend(outputs.iter().map(|x| x.to_bits()));
        assert_eq!(model.predict(&images[..batch * len]).unwrap().len(), batch * M::CLASSES);
    }
    bits
}

fn check<M: Model>() {
    let alone = with_threads(1, outputs::<M>).unwrap();
    for threads in [2, 3, 4] {
        assert!(with_threads(threads, outputs::<M>).unwrap() == alone, "{threads} threads");
    }
}

#[test]
fn the_bits_of_few_images_do_not_depend_on_the_threads() {
    check::<Small>();
    check::<Wide>();
    check::<Uneven>();
}

/// A process uses only one instruction set, so each is tested in its own process.
#[test]
fn nor_on_any_instruction_set() {
    let this = std::env::current_exe().unwrap();
    for isa in athena_runtime::isa::Isa::available() {
        let test = ["--exact", "the_bits_of_few_images_do_not_depend_on_the_threads"];
        let output = Command::new(&this).args(test).env("ATHENA_ISA", isa.name()).output().unwrap();
        assert!(output.status.success(), "{}: {}", isa.name(), String::from_utf8_lossy(&output.stdout));
    }
}
