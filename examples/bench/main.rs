//! Times training steps or inference of one network on random images.
//!
//!     cargo run --release --example bench -- train-resnet20 128
//!
//! Prints one line: `athena CASE BATCH median_ms iterations peak_rss_mib`.

#[path = "../common/causes.rs"]
mod causes;
mod networks;
#[allow(dead_code, reason = "the examples that train need more")]
#[path = "../common/numbers.rs"]
mod numbers;

use std::error::Error;
use std::fs;
use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use athena::data::Batch;
use athena::optim::Sgd;
use athena::threads::with_threads;
use athena::train::Trainer;
use athena::{InferenceWorkspace, Model};
use clap::Parser;
use fastrand::Rng;

use causes::with_causes;
use networks::{ResNet18, ResNet20, ResNet50, ResNet56};
use numbers::whole;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Times a training step (forward, cross-entropy, backward, SGD with momentum 0.9 and weight decay 1e-4) or inference
#[derive(Parser)]
struct Arguments {
    /// `train-` or `infer-`, and `resnet20`, `resnet56`, `resnet18` or `resnet50`
    case: String,
    /// Images in a batch
    #[arg(allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    batch: NonZeroUsize,
    /// Times for so long, and at least five iterations
    #[arg(long, value_name = "S", default_value = "4", allow_negative_numbers = true, value_parser = seconds)]
    seconds: Duration,
    /// Threads to compute with
    #[arg(long, value_name = "N", default_value = "2", allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    threads: NonZeroUsize,
}

/// Number of iterations before the timed ones, as in the script for PyTorch and the others.
const WARM_UP: usize = 3;
/// The smallest number of timed iterations.
const FEWEST: usize = 5;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match with_threads(arguments.threads.get(), || run(&arguments)).map_err(Into::into).and_then(|outcome| outcome) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", with_causes(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Outcome {
    let (batch, time) = (arguments.batch.get(), arguments.seconds);
    let times = match arguments.case.as_str() {
        "train-resnet20" => train::<ResNet20>(batch, time),
        "train-resnet56" => train::<ResNet56>(batch, time),
        "train-resnet18" => train::<ResNet18>(batch, time),
        "train-resnet50" => train::<ResNet50>(batch, time),
        "infer-resnet20" => infer::<ResNet20>(batch, time),
        "infer-resnet56" => infer::<ResNet56>(batch, time),
        "infer-resnet18" => infer::<ResNet18>(batch, time),
        "infer-resnet50" => infer::<ResNet50>(batch, time),
        case => Err(format!("there is no case `{case}`; see --help").into()),
    }?;
    let milliseconds = median(&times).as_secs_f64() * 1e3;
    println!("athena {} {batch} {milliseconds:.3} {} {}", arguments.case, times.len(), peak_mib());
    Ok(())
}

fn train<M: Model>(count: usize, time: Duration) -> Outcome<Vec<Duration>> {
    let mut random = Rng::with_seed(0);
    let images = images::<M>(count, &mut random)?;
    let labels: Vec<u32> = (0..count).map(|_| random.u32(0..M::CLASSES as u32)).collect();
    let batch = Batch::new(images, labels)?;
    let optimiser = Sgd::new().learning_rate(0.01).momentum(0.9).weight_decay(1e-4);
    let mut trainer = Trainer::builder(M::new(0)).optimiser(optimiser).build()?;
    iterations(time, || {
        trainer.step(&batch)?;
        Ok(())
    })
}

fn infer<M: Model>(count: usize, time: Duration) -> Outcome<Vec<Duration>> {
    let images = images::<M>(count, &mut Rng::with_seed(0))?;
    let (network, mut workspace) = (M::new(0), InferenceWorkspace::<M>::new(count)?);
    iterations(time, || {
        workspace.outputs(&network, &images)?;
        Ok(())
    })
}

/// Pixels of mean 0 and variance 1.
fn images<M: Model>(count: usize, random: &mut Rng) -> Outcome<Vec<f32>> {
    let widest = 3_f32.sqrt();
    let numbers = count.saturating_mul(M::INPUT.iter().product());
    let mut images = Vec::new();
    images.try_reserve_exact(numbers).map_err(|_| format!("there is no memory for {count} images"))?;
    images.extend((0..numbers).map(|_| widest * (2.0 * random.f32() - 1.0)));
    Ok(images)
}

fn iterations(time: Duration, mut step: impl FnMut() -> Outcome) -> Outcome<Vec<Duration>> {
    for _ in 0..WARM_UP {
        step()?;
    }
    let (start, mut times) = (Instant::now(), Vec::new());
    while times.len() < FEWEST || start.elapsed() < time {
        let before = Instant::now();
        step()?;
        times.push(before.elapsed());
    }
    Ok(times)
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

/// The peak memory of this process so far, as Linux counts it; 0 on other systems.
fn peak_mib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// Parses seconds.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().map_err(|_| "it is not a number of seconds".to_owned())?;
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| "it is out of range: finite numbers of 0 or more are possible".to_owned())
}
