//! ResNet-20's weights for CIFAR-10's ten classes learn to tell animals from vehicles.

use std::path::Path;

use athena::data::{self, Dataset, Loader, Normalisation};
use athena::{Classes, Image, Model};

use super::common::{Options, Outcome, say};
use super::tuning::{Images, fine_tune};

mod whole {
    athena::models::resnet20! { pub struct Whole(3x32x32) -> 2 }
}

mod head {
    athena::models::resnet20! {
        #[freeze(not(linear))]
        pub struct Head(3x32x32) -> 2
    }
}

/// The number of training images. It is small, as usual for fine-tuning.
const TRAINING: usize = 1000;

/// Mean and standard deviation of the images that the weights were trained on.
const IMAGENET: [[f32; 3]; 2] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];

/// Aeroplanes, cars, ships and lorries; the other six classes are animals.
const VEHICLES: [u32; 4] = [0, 1, 8, 9];

/// Images that are copied at a time.
const AT_ONCE: usize = 500;

pub fn run(folder: &Path, weights: &Path, options: &Options) -> Outcome {
    let (training, test) = data::cifar10(folder)?;
    let images = Images { training: by_kind(&training.take(TRAINING)?)?, test: by_kind(&test)? };
    let mut head = head::Head::new(options.seed);
    say(head.load_partial(weights)?)?;
    fine_tune::<_, whole::Whole>(head, &images, options)
}

/// The same images with animals as class 0 and vehicles as class 1.
fn by_kind(images: &Dataset<Image<3, 32, 32>, Classes<10>>) -> Outcome<Dataset<Image<3, 32, 32>, Classes<2>>> {
    let [mean, std] = IMAGENET;
    let images = images.clone().normalised(&Normalisation::new(&mean, &std)?)?;
    let mut loader = Loader::new(&images, AT_ONCE)?;
    let mut pixels = Vec::new();
    for batch in &mut loader {
        pixels.extend_from_slice(batch.images());
    }
    let labels = images.labels().unwrap_or_default();
    let kinds: Vec<u32> = labels.iter().map(|label| u32::from(VEHICLES.contains(label))).collect();
    Ok(Dataset::from_floats(pixels, kinds)?)
}
