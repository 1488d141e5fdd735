//! A network that knows the digits 0 to 4 learns 5 to 9.

#[path = "../common/digits.rs"]
mod images;

use athena::data::{Augmentation, Dataset, Loader, Normalisation};
use athena::{Classes, Image, Model};

use super::common::{Options, Outcome, say, train};
use super::tuning::{Images, fine_tune, trainer};

athena::resnet! {
    /// A residual network for images of 8 x 8.
    struct Digits(1x8x8) -> 5 {
        input
            -> conv1: conv(32, 3x3) -> bn1: batch_norm -> relu
            -> layer1: basic(32)
            -> layer2: basic(64, stride = 2)
            -> layer3: basic(64)
            -> global_avg_pool -> flatten -> fc: linear(5)
    }

    /// The same network, of which only the classifier is trained.
    #[freeze(not(fc))]
    struct Head(1x8x8) -> 5 {
        input
            -> conv1: conv(32, 3x3) -> bn1: batch_norm -> relu
            -> layer1: basic(32)
            -> layer2: basic(64, stride = 2)
            -> layer3: basic(64)
            -> global_avg_pool -> flatten -> fc: linear(5)
    }

    block basic(filters, stride = 1) {
        let shortcut = input -> shortcut(filters, stride);
        input
            -> conv(filters, 3x3, stride) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm
            -> + shortcut -> relu
    }
}

/// Digits in each half.
const HALF: u32 = 5;

/// Pixels of a digit.
const PIXELS: usize = 64;

type Half = Images<Image<1, 8, 8>, Classes<5>>;

pub fn run(options: &Options) -> Outcome {
    let (first, second) = (half(0, options)?, half(HALF, options)?);
    say(format!("a network learns the digits 0 to 4 from {} images:", first.training.len()))?;
    let loader = Loader::new(&first.training, options.batch.get())?.augmented(Augmentation::new().crop(1));
    let network = train(trainer(Digits::new(options.seed), options.lr), loader, &first.test, options)?;
    say("now the digits 5 to 9:")?;
    fine_tune::<Head, Digits>(Head::with_weights_of(&network)?, &second, options)
}

/// The five digits from `digit` on, as the classes 0 to 4.
fn half(digit: u32, options: &Options) -> Outcome<Half> {
    let images::Digits { pixels, labels } = images::digits()?;
    let digits = pixels.chunks_exact(PIXELS).zip(labels).filter(|(_, label)| (digit..digit + HALF).contains(label));
    let (pixels, labels): (Vec<&[f32]>, Vec<u32>) = digits.map(|(pixels, label)| (pixels, label - digit)).unzip();
    let digits = Dataset::from_floats(pixels.concat(), labels)?;
    let (training, test) = digits.split(digits.len() / 5, options.seed)?;
    let normalisation = Normalisation::of(&training);
    Ok(Images { training: training.normalised(&normalisation)?, test: test.normalised(&normalisation)? })
}
