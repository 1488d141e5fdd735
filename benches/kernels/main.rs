//! Times every convolution of ResNet-20, ResNet-18 and ResNet-50 in its three directions, in per cent of the core's measured peak of
//! multiply-adds: `cargo bench --bench kernels`, or for some of them `cargo bench --bench kernels -- resnet18 "3x3 / 2"`.
//!
//! It uses one core and random data. The maps of an image are in the cache if they fit, as within a phase. If Winograd's
//! algorithm is supported, a cell has both figures, which count the operations of the direct convolution. The algorithm that the
//! runtime chooses for a batch is bold.
//!
//! A last table compares linear layers and 1x1 convolutions with the crate `matrixmultiply`.

mod layers;
mod measure;
mod products;

use athena::threads::with_threads;
use athena_runtime::isa::{Isa, IsaError};
use athena_runtime::layers::conv::kernel::ConvShape;
use athena_runtime::layers::conv::kernel::winograd::{self, Algorithm, Direction};
use clap::Parser;
use layers::{LAYERS, Layer};

const DIRECTIONS: [Direction; 3] = [Direction::Forward, Direction::BackwardData, Direction::BackwardWeights];

#[derive(Parser)]
struct Arguments {
    /// Only layers whose row in the table contains all of these words.
    words: Vec<String>,
    /// The argument that cargo passes to every bench.
    #[arg(long, hide = true)]
    bench: bool,
}

/// The figures of one layer, in per cent of the peak.
struct Row {
    layer: Layer,
    direct: [f64; 3],
    /// The figures of Winograd's algorithm, if it is supported.
    winograd: Option<[f64; 3]>,
    chosen: [Algorithm; 3],
}

impl Row {
    fn measure(isa: Isa, peak: f64, layer: Layer) -> Self {
        let shape = layer.shape();
        let percent = |speeds: [f64; 3]| speeds.map(|speed| 100.0 * speed / peak);
        let count = group(&shape);
        Self {
            layer,
            direct: percent(measure::direct(isa, &shape)),
            winograd: winograd::supported(&shape).then(|| percent(measure::winograd(isa, &shape, count))),
            chosen: DIRECTIONS.map(|direction| winograd::choose(&shape, direction, count)),
        }
    }

    fn chosen(&self, direction: usize) -> f64 {
        match (self.chosen[direction], self.winograd) {
            (Algorithm::WinogradF4, Some(winograd)) => winograd[direction],
            _ => self.direct[direction],
        }
    }

    fn cell(&self, direction: usize) -> String {
        let direct = self.direct[direction];
        match (self.winograd, self.chosen[direction]) {
            (None, _) => format!("**{direct:.0}**"),
            (Some(winograd), Algorithm::Direct) => format!("**{direct:.0}** / {:.0}", winograd[direction]),
            (Some(winograd), Algorithm::WinogradF4) => format!("{direct:.0} / **{:.0}**", winograd[direction]),
        }
    }
}

/// The number of images in a group for Winograd's algorithm: enough for 256 tiles, and at most half a batch of 32.
fn group(shape: &ConvShape) -> usize {
    let tiles = shape.output()[1].div_ceil(4) * shape.output()[2].div_ceil(4);
    256_usize.div_ceil(tiles).min(16)
}

fn main() -> Result<(), IsaError> {
    let arguments = Arguments::parse();
    let isa = Isa::active()?;
    let peak = measure::peak(isa);
    println!("{}: {:.0} GFLOP/s of multiply-adds is 100 %\n", isa.name(), 2.0 * peak / 1e9);
    println!("| network | convolution | forward | backward-data | backward-weights |");
    println!("|---|---|---|---|---|");
    let mut rows = Vec::new();
    for layer in LAYERS {
        let title = format!("| {} | {} |", layer.networks.replace(' ', ", "), layer.name());
        if arguments.words.iter().all(|word| title.contains(word)) {
            let row = Row::measure(isa, peak, *layer);
            println!("{title} {} |", [0, 1, 2].map(|direction| row.cell(direction)).join(" | "));
            rows.push(row);
        }
    }
    println!("\n| | forward | backward-data | backward-weights |");
    println!("|---|---|---|---|");
    let basic = |row: &Row| row.layer.is_basic().then_some(row.direct);
    summary("direct, median over the 3x3 layers of ResNet-20 and ResNet-18", rows.iter().filter_map(basic), median);
    let wide = |row: &Row| row.winograd.filter(|_| row.layer.is_wide());
    summary("Winograd, median over 3x3 with 32 channels or more", rows.iter().filter_map(wide), median);
    let chosen = |row: &Row| row.layer.is_residual().then(|| [0, 1, 2].map(|direction| row.chosen(direction)));
    let lowest = |values: &mut [f64]| values.iter().copied().reduce(f64::min);
    summary("what is chosen, lowest over 1x1 and 3x3", rows.iter().filter_map(chosen), lowest);
    with_threads(1, || products(isa, peak, &arguments.words)).expect("one thread");
    Ok(())
}

/// Prints the table of products: athena's figure, and then that of the crate `matrixmultiply`.
fn products(isa: Isa, peak: f64, words: &[String]) {
    println!("\n| network | product | forward | backward-data | backward-weights |");
    println!("|---|---|---|---|---|");
    let cell = |[ours, theirs]: [f64; 2]| format!("{:.0}, {:.0}", 100.0 * ours / peak, 100.0 * theirs / peak);
    let wanted = |title: &str| words.iter().all(|word| title.contains(word));
    for layer in products::LINEARS {
        let (images, inputs, outputs) = (layer.images, layer.inputs, layer.outputs);
        let title = format!("| {} | linear, {inputs} -> {outputs}, {images} images |", layer.networks);
        if wanted(&title) {
            println!("{title} {} |", products::linear(isa, layer).map(cell).join(" | "));
        }
    }
    for (networks, [channels, side, filters]) in products::POINTWISE {
        let title = format!("| {networks} | 1x1, {channels}x{side}x{side} -> {filters} |");
        if wanted(&title) {
            println!("{title} {} | | |", cell(products::pointwise(isa, [*channels, *side, *filters])));
        }
    }
}

/// Prints one line with the result of `reduce` for each direction's figures.
fn summary(name: &str, figures: impl Iterator<Item = [f64; 3]>, reduce: impl Fn(&mut [f64]) -> Option<f64>) {
    let figures: Vec<_> = figures.collect();
    let cells = [0, 1, 2].map(|direction| {
        let mut values: Vec<_> = figures.iter().map(|figures| figures[direction]).collect();
        reduce(&mut values).map_or_else(String::new, |value| format!("{value:.0}"))
    });
    println!("| {name} | {} |", cells.join(" | "));
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.len().checked_sub(1)? / 2, values.len() / 2);
    Some(f64::midpoint(values[low], values[high]))
}
