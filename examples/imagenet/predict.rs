//! `predict`: the likeliest classes of each photograph.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use athena::data::{Photo, Preprocessing};
use clap::Args;
use safetensors::tensor::{Dtype, TensorView};

use crate::console::{Outcome, note_error, say};
use crate::{CLASSES, Network};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    pub network: Network,
    /// Writes the logits as the tensor `logits` of a safetensors file, N x 1000
    #[arg(long, value_name = "FILE")]
    logits: Option<PathBuf>,
    /// JPEG, PNG, GIF, BMP or WebP files
    #[arg(value_name = "PHOTO", required = true)]
    photos: Vec<PathBuf>,
}

/// How many classes are said.
const LIKELIEST: usize = 5;

pub fn run(Arguments { network, logits: file, photos }: &Arguments) -> Outcome {
    let (network, classes) = network.load()?;
    let preprocessing = Preprocessing::imagenet();
    let (mut all, mut milliseconds) = (Vec::new(), 0.0);
    for path in photos {
        let start = Instant::now();
        let photo = match Photo::open(path) {
            Ok(photo) => photo,
            // The others can still be classified.
            Err(error) => {
                note_error(&error);
                continue;
            }
        };
        let image = preprocessing.apply(&photo);
        let read = start.elapsed().as_secs_f64() * 1e3;
        let logits = network.logits(&image)?;
        let total = start.elapsed().as_secs_f64() * 1e3;
        say(format!(
            "{} ({} x {}): {total:.1} ms, of which reading {read:.1} ms",
            path.display(),
            photo.width(),
            photo.height()
        ))?;
        for (class, probability) in likeliest(&logits) {
            say(format!("{:9.2} %  {}", 100.0 * probability, classes.name(class)))?;
        }
        milliseconds += total;
        all.extend(logits);
    }
    let classified = all.len() / CLASSES;
    if classified > 1 {
        say(format!("{classified} photographs, {:.1} ms each", milliseconds / classified as f64))?;
    }
    if let Some(file) = file {
        write(file, &all)?;
    }
    match photos.len() - classified {
        0 => Ok(()),
        refused => Err(format!("{refused} of {} photographs could not be read", photos.len()).into()),
    }
}

/// The classes with the largest logits, and their probabilities: softmax.
fn likeliest(logits: &[f32]) -> Vec<(usize, f32)> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - largest).exp()).sum();
    let mut classes: Vec<(usize, f32)> = logits.iter().map(|logit| (logit - largest).exp() / sum).enumerate().collect();
    classes.sort_by(|a, b| b.1.total_cmp(&a.1));
    classes.truncate(LIKELIEST);
    classes
}

fn write(file: &Path, logits: &[f32]) -> Outcome {
    let bytes: Vec<u8> = logits.iter().flat_map(|logit| logit.to_le_bytes()).collect();
    let tensor = TensorView::new(Dtype::F32, vec![logits.len() / CLASSES, CLASSES], &bytes)?;
    let bytes = safetensors::serialize([("logits", tensor)], None)?;
    fs::write(file, bytes).map_err(|error| format!("cannot write `{}`: {error}", file.display()).into())
}
