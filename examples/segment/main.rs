//! Segmentation without any download: a U-Net learns to cut handwritten digits out of cluttered scenes, pixel by pixel.
//!
//!     cargo run --release --example segment
//!
//! It draws some of the held-out scenes, their true classes and its answers side by side as `segment.png`.

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/digits.rs"]
mod images;
mod picture;
mod scenes;

use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use athena::Model;
use athena::data::{Dataset, Loader};
use athena::optim::Adam;
use athena::train::Trainer;
use clap::Parser;

use common::numbers::whole;
use common::options::new_file;
use common::training::fit;
use common::{Defaults, Options, Outcome, say};
use picture::{Colour, Picture};
use scenes::{CLASSES, SIDE, Scenes, scenes};

athena::resnet! {
    /// Ronneberger, Fischer and Brox (2015), figure 1, with batch norms, padded convolutions and a fraction of the filters.
    struct UNet(1x48x48) -> 11x48x48 {
        input
            -> fine: twice(16)
            -> max_pool(2) -> middle: twice(32)
            -> max_pool(2) -> coarse: twice(64)
            -> max_pool(2) -> twice(128)
            -> conv_transpose(64, 2, stride = 2) -> || coarse -> twice(64)
            -> conv_transpose(32, 2, stride = 2) -> || middle -> twice(32)
            -> conv_transpose(16, 2, stride = 2) -> || fine -> twice(16)
            -> conv(11, 1x1)
    }

    block twice(filters) {
        input
            -> conv(filters, 3x3) -> batch_norm -> relu
            -> conv(filters, 3x3) -> batch_norm -> relu
    }
}

/// Teaches a U-Net to cut digits out of cluttered scenes, tests it on scenes of digits that it has not seen, and draws its answers
#[derive(Parser)]
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Scenes to train on; a tenth as many are held out
    #[arg(long, value_name = "N", default_value = "4000", allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    scenes: NonZeroUsize,
    /// The picture of held-out scenes, their true classes and the network's answers, a PNG file
    #[arg(long, value_name = "FILE", default_value = "segment.png", value_parser = new_file)]
    picture: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Arguments = common::options::parse(Defaults { epochs: "5", batch: "16", lr: "0.005" });
    common::main(&arguments.options, || run(&arguments))
}

fn run(Arguments { options, scenes: count, picture }: &Arguments) -> Outcome {
    let start = Instant::now();
    let digits = images::digits()?;
    let digits = Dataset::from_floats(digits.pixels, digits.labels)?;
    let (known, held_out) = digits.split(digits.len() / 5, options.seed)?;
    let training = scenes(&known, count.get(), options.seed)?;
    let test = scenes(&held_out, count.get().div_ceil(10), options.seed)?;

    say(UNet::summary())?;
    say(format!("{} scenes to train on, {} of held-out digits to test with", training.len(), test.len()))?;
    let trainer = Trainer::builder(UNet::new(options.seed)).optimiser(Adam::new().learning_rate(options.lr));
    let (trainer, _) = fit(trainer, Loader::new(&training, options.batch.get())?, options)?;
    let result = trainer.evaluate(&test)?;
    let [iou, right] = [result.mean_iou(), result.accuracy()].map(|part| 100.0 * part.unwrap_or_default());
    let seconds = start.elapsed().as_secs_f64();
    say(format!("mean IoU {iou:.2} %, {right:.2} % of the pixels right after {seconds:.1} s in all"))?;

    let file = picture.display();
    let drawn = draw(trainer.model(), &test)?.png()?;
    fs::write(picture, drawn).map_err(|error| format!("cannot write `{file}`: {error}"))?;
    say(format!("scenes, truth and answers are drawn in `{file}`"))?;
    options.save(trainer.model())
}

/// Columns and rows of scenes in the picture.
const SHOWN: [usize; 2] = [2, 6];

/// Pixels of the picture for a pixel of a scene, and between scenes.
const ZOOM: usize = 3;
const GAP: usize = 6;

/// The colours of the background and of the digits.
const COLOURS: [Colour; CLASSES] = [
    [40, 40, 40],
    [230, 25, 75],
    [60, 180, 75],
    [255, 225, 25],
    [0, 130, 200],
    [245, 130, 48],
    [145, 30, 180],
    [70, 240, 240],
    [240, 50, 230],
    [210, 245, 60],
    [250, 190, 212],
];

/// Scenes, each followed by its true classes and the network's answers.
fn draw(network: &UNet, scenes: &Scenes) -> Outcome<Picture> {
    let [columns, rows] = SHOWN;
    let (cell, truth) = (SIDE * ZOOM + GAP, scenes.labels().unwrap_or_default());
    let mut picture = Picture::new(3 * columns * cell + GAP, rows * cell + GAP, [255; 3]);
    for (index, truth) in truth.chunks_exact(SIDE * SIDE).take(columns * rows).enumerate() {
        let scene = scenes.image(index).unwrap_or_default();
        let answers = likeliest(&network.predict(&scene)?);
        let grey: Vec<Colour> = scene.iter().map(|&level| [(255.0 * level) as u8; 3]).collect();
        let coloured = |classes: &[u32]| classes.iter().map(|&class| COLOURS[class as usize]).collect();
        for (place, pixels) in [grey, coloured(truth), coloured(&answers)].iter().enumerate() {
            let corner = [GAP + (index % columns * 3 + place) * cell, GAP + index / columns * cell];
            picture.draw(corner, ZOOM, SIDE, pixels);
        }
    }
    Ok(picture)
}

/// The class with the highest score at each pixel of a scene.
fn likeliest(scores: &[f32]) -> Vec<u32> {
    let score = |class: u32, pixel: usize| scores[class as usize * SIDE * SIDE + pixel];
    let best = |pixel| (0..CLASSES as u32).max_by(|&a, &b| score(a, pixel).total_cmp(&score(b, pixel)));
    (0..SIDE * SIDE).map(|pixel| best(pixel).unwrap_or_default()).collect()
}
