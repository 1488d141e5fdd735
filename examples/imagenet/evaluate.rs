//! `eval`: the accuracy on the photographs of a labelled folder.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use athena::Error;
use athena::data::{Photo, Preprocessing};
use athena::threads::for_each_chunk;
use clap::Args;

use crate::console::{Outcome, say};
use crate::labelled::{Labelled, photographs};
use crate::numbers::whole;
use crate::{CLASSES, IMAGE, Network};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    pub network: Network,
    /// Folder with a `labels.csv` (columns `file`, `class`), or with a sub-folder for each class: its index, WordNet id or name
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Photographs that are classified together
    #[arg(long, value_name = "N", default_value = "16", allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    batch: NonZeroUsize,
    /// Lists the photographs whose likeliest class is another
    #[arg(long)]
    wrong: bool,
}

pub fn run(Arguments { network, data, batch, wrong }: &Arguments) -> Outcome {
    let (network, classes) = network.load()?;
    let photographs = photographs(data, &classes)?;
    let (mut first, mut among_five) = (0, 0);
    let start = Instant::now();
    for batch in photographs.chunks(batch.get()) {
        let logits = network.logits(&images(batch)?)?;
        for ((path, class), logits) in batch.iter().zip(logits.chunks_exact(CLASSES)) {
            let rank = rank(logits, *class);
            first += usize::from(rank == 0);
            among_five += usize::from(rank < 5);
            if *wrong && rank > 0 {
                let taken_for =
                    logits.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(class, _)| class);
                let (path, class, taken_for) = (path.display(), classes.name(*class), classes.name(taken_for));
                say(format!("{path}: {class}, taken for {taken_for}"))?;
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let all = photographs.len();
    let percent = |count: usize| 100.0 * count as f64 / all as f64;
    say(format!(
        "top-1 {:.2} % ({first} of {all} photographs), top-5 {:.2} % ({among_five})",
        percent(first),
        percent(among_five)
    ))?;
    say(format!("{:.1} ms a photograph, reading included", seconds * 1e3 / all as f64))
}

/// N x 3x224x224: the photographs are read on all threads.
fn images(batch: &[Labelled]) -> Result<Vec<f32>, Error> {
    let preprocessing = Preprocessing::imagenet();
    let mut images = vec![0.0; batch.len() * IMAGE];
    let errors = Mutex::new(Vec::new());
    for_each_chunk(&mut images, IMAGE, &|i, image| match Photo::open(&batch[i].0) {
        Ok(photo) => image.copy_from_slice(&preprocessing.apply(&photo)),
        Err(error) => errors.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push((i, error)),
    });
    let errors = errors.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    // If there are several errors, the first one in the folder is returned, independently of the threads.
    errors.into_iter().min_by_key(|(i, _)| *i).map_or(Ok(images), |(_, error)| Err(error))
}

/// The number of classes with a larger logit than this one.
fn rank(logits: &[f32], class: usize) -> usize {
    logits
        .iter()
        .enumerate()
        .filter(|&(other, &logit)| logit > logits[class] || logit == logits[class] && other < class)
        .count()
}
