//! `eval`: the accuracy on the photographs of a labelled folder.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread::{available_parallelism, scope};
use std::time::Instant;

use athena::Error;
use athena::data::{Photo, Preprocessing};
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
    let threads = network.threads.or(available_parallelism().ok()).map_or(1, usize::from);
    let (network, classes) = network.load()?;
    let photographs = photographs(data, &classes)?;
    let (mut first, mut among_five) = (0, 0);
    let start = Instant::now();
    for batch in photographs.chunks(batch.get()) {
        let logits = network.logits(&images(batch, threads)?)?;
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

/// N x 3x224x224: the photographs are read on this number of threads.
fn images(batch: &[Labelled], threads: usize) -> Result<Vec<f32>, Error> {
    let mut images = vec![0.0; batch.len() * IMAGE];
    let each = batch.len().div_ceil(threads);
    scope(|scope| {
        let parts = batch.chunks(each).zip(images.chunks_mut(each * IMAGE));
        let readers: Vec<_> = parts.map(|(part, images)| scope.spawn(move || read(part, images))).collect();
        // If there are several errors, the first one in the folder is returned, independently of the threads.
        readers
            .into_iter()
            .try_for_each(|reader| reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })?;
    Ok(images)
}

/// Reads photographs one after the other.
fn read(photographs: &[Labelled], images: &mut [f32]) -> Result<(), Error> {
    let preprocessing = Preprocessing::imagenet();
    photographs.iter().zip(images.chunks_exact_mut(IMAGE)).try_for_each(|((path, _), image)| {
        image.copy_from_slice(&preprocessing.apply(&Photo::open(path)?));
        Ok(())
    })
}

/// The number of classes with a larger logit than this one.
fn rank(logits: &[f32], class: usize) -> usize {
    logits
        .iter()
        .enumerate()
        .filter(|&(other, &logit)| logit > logits[class] || logit == logits[class] && other < class)
        .count()
}
