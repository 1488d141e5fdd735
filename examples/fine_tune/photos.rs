//! ResNet-50's weights for ImageNet learn the classes of a folder.

use std::path::{Path, PathBuf};

use athena::Model;
use athena::data::{Dataset, Photo, Preprocessing};

use super::common::{Options, Outcome, say};
use super::folder::entries;
use super::tuning::{Images, fine_tune};

mod whole {
    athena::models::resnet50_v1! { pub struct Whole(3x224x224) -> 10 }
}

mod head {
    athena::models::resnet50_v1! {
        #[freeze(not(fc))]
        pub struct Head(3x224x224) -> 10
    }
}

type Photos = Images<<head::Head as Model>::Image, <head::Head as Model>::Classes>;

/// One photograph in this many is held out to test with.
const HELD_OUT: usize = 4;

pub fn run(folder: &Path, weights: &Path, options: &Options) -> Outcome {
    let images = read(folder, options)?;
    let mut head = head::Head::new(options.seed);
    say(head.load_partial(weights)?)?;
    fine_tune::<_, whole::Whole>(head, &images, options)
}

/// Every photograph of the sub-folders; a class is the place of its folder in the order of names.
fn read(folder: &Path, options: &Options) -> Outcome<Photos> {
    let classes: Vec<PathBuf> = entries(folder)?.into_iter().filter(|path| path.is_dir()).collect();
    let most = head::Head::CLASSES;
    if !(2..=most).contains(&classes.len()) {
        let (folder, found) = (folder.display(), classes.len());
        return Err(format!("`{folder}` has {found} sub-folders; 2 to {most} are needed, one for each class").into());
    }
    let preprocessing = Preprocessing::imagenet();
    let (mut pixels, mut labels) = (Vec::new(), Vec::new());
    for (class, folder) in classes.iter().enumerate() {
        for photo in entries(folder)?.into_iter().filter(|path| !path.is_dir()) {
            pixels.extend(preprocessing.apply(&Photo::open(photo)?));
            labels.push(u32::try_from(class)?);
        }
        let count = labels.iter().filter(|&&label| label as usize == class).count();
        say(format!("class {class}: {count} photographs in `{}`", folder.display()))?;
    }
    let photos = Dataset::from_floats(pixels, labels)?;
    let (training, test) = photos.split(photos.len().div_ceil(HELD_OUT), options.seed)?;
    Ok(Images { training, test })
}
