//! Budgets: the limits of `#[budget(...)]` are those of the constants and of the summary.
#![allow(missing_docs)]

use athena::layer::{Init, ParametricLayer, Tensor, Tensors};
use athena::{Model, models};

/// The factor for each channel.
struct Factor;

impl<const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for Factor {
    const OUTPUT: [usize; 3] = [C, H, W];
    const PARAMETERS: &'static [Tensor] = &[Tensor::new("weight", &[C], Init::Ones)];

    fn forward(&self, tensors: Tensors<'_>, x: &[f32], y: &mut [f32]) {
        for (channel, (x, y)) in x.chunks(H * W).zip(y.chunks_mut(H * W)).enumerate() {
            x.iter().zip(y).for_each(|(x, y)| *y = tensors.parameters[0][channel] * x);
        }
    }

    fn backward(&self, _: Tensors<'_>, _: &[f32], _: &[f32], _: &mut [f32], _: &mut [&mut [f32]]) {}
}

athena::resnet! {
    /// As much as it has, to the byte. `tests/ui/budget` has a network that exceeds each figure.
    ///
    /// By hand: parameters 3*16*9 + 16*16*9 + 2 * 2*16 + 16*10 + 10; multiply-adds 32*32 * 9 * (3*16 + 16*16) + 16*10. In inference the image and
    /// a map of 16 channels, each of one block of 16 channels with a border of one, are in use at a time, and two vectors of one block
    /// that outlive the phase.
    #[budget(parameters <= 2_970, macs <= 2_801_824, inference <= 148_096 B)]
    struct Exact(3x32x32) -> 10 {
        input
            -> conv(16, 3x3) -> batch_norm -> relu
            -> conv(16, 3x3) -> batch_norm -> relu
            -> global_avg_pool -> flatten -> linear(10)
    }

    /// What is frozen is not kept for the backward pass, and what no output depends on is not computed.
    #[freeze(not(fc))]
    #[budget(training <= 1 KiB)]
    #[budget(macs <= 2_900_000)]
    struct Head(3x32x32) -> 10 {
        input
            -> conv(16, 3x3) -> batch_norm -> relu
            -> conv(16, 3x3) -> batch_norm -> relu
            -> global_avg_pool -> flatten -> fc: linear(10)
    }

    /// The parameters of layers of one's own count.
    #[budget(parameters <= 634)]
    struct WithOwn(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Factor as 16x8x8 -> global_avg_pool -> flatten -> linear(10)
    }
}

models::resnet18! {
    #[budget(parameters <= 11_689_512, macs <= 1_814_073_344, inference <= 8 MiB, training <= 40 MiB)]
    struct ResNet18
}

/// The two figures of the line about memory.
fn memory(summary: &str) -> [&str; 2] {
    let line = summary.lines().find_map(|line| line.strip_prefix("memory per image: ")).expect("the line about memory");
    let (inference, training) = line.split_once(" in inference, ").expect("two figures");
    [inference, training.trim_end_matches(" in training")]
}

#[test]
fn a_network_may_have_as_much_as_its_budget() {
    assert_eq!((Exact::PARAMETERS, Exact::MACS), (2_970, 2_801_824));
    let inference = format!("{:.1} KiB", 148_096.0 / 1024.0);
    assert_eq!(memory(&Exact::summary().to_string())[0], inference);
    assert_eq!(WithOwn::PARAMETERS, 634);
    assert_eq!(ResNet18::PARAMETERS, 11_689_512);
}

#[test]
fn training_takes_less_behind_frozen_layers() {
    let [exact, head] = [Exact::summary().to_string(), Head::summary().to_string()];
    assert!(memory(&exact)[1].ends_with(" KiB"), "{exact}");
    assert!(memory(&head)[1].ends_with(" bytes"), "{head}");
}
