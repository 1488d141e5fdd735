//! Photographs that look alike: their features by a residual network that was trained on ImageNet, and the nearest neighbours of each.
//!
//!     cargo run --release --features images --example embed -- --weights resnet18-f37072fd.pth FOLDER

#[path = "../common/console.rs"]
mod console;
#[path = "../common/folder.rs"]
mod folder;
mod gallery;
mod networks;
#[allow(dead_code, reason = "the examples that train need more")]
#[path = "../common/numbers.rs"]
mod numbers;

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use athena::Error;
use athena::data::{Photo, Preprocessing};
use clap::Parser;

use console::{Outcome, note, say};
use folder::{entries, name};
use gallery::Gallery;
use networks::{Architecture, Embedder};
use numbers::whole;

/// Finds the photographs of a folder that look most alike to a residual network trained on ImageNet
#[derive(Parser)]
struct Arguments {
    /// File of the network's weights with torchvision's names, such as <https://download.pytorch.org/models/resnet18-f37072fd.pth>
    #[arg(long, value_name = "FILE")]
    weights: PathBuf,
    /// Architecture that the weights are for [default: the one that the name of the file begins with]
    #[arg(long, value_name = "NAME")]
    model: Option<Architecture>,
    /// Finds the neighbours of this photograph alone, which may be one of the folder or another one
    #[arg(long, value_name = "PHOTO")]
    query: Option<PathBuf>,
    /// Neighbours of each photograph
    #[arg(long, value_name = "N", default_value = "3", allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    neighbours: NonZeroUsize,
    /// Threads to compute with; results do not depend on it [default: one per core]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<NonZeroUsize>)]
    threads: Option<NonZeroUsize>,
    /// Folder of JPEG, PNG, GIF, BMP or WebP files
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    console::run(arguments.threads, || run(&arguments))
}

fn run(Arguments { weights, model, query, neighbours, folder, .. }: &Arguments) -> Outcome {
    let network = load(weights, *model)?;
    let query = query.as_ref().map(|photo| Ok::<_, Error>((photo, features(network.as_ref(), photo)?))).transpose()?;
    let gallery = gallery(network.as_ref(), folder)?;
    match query {
        Some((photo, features)) => {
            // The same file may be there under another path.
            let same = |other: &&Path| fs::canonicalize(other).ok() == fs::canonicalize(photo).ok();
            let photo = gallery.photos().map(|(photo, _)| photo).find(same).unwrap_or(photo);
            show(&gallery, photo, &features, neighbours.get())
        }
        None => gallery.photos().try_for_each(|(photo, features)| show(&gallery, photo, features, neighbours.get())),
    }
}

fn load(weights: &Path, model: Option<Architecture>) -> Outcome<Box<dyn Embedder>> {
    let file = weights.display();
    if !weights.exists() {
        return Err(format!(
            "there is no file `{file}`; torchvision's weights are at https://download.pytorch.org/models/resnet18-f37072fd.pth, \
             and those of other networks beside it"
        )
        .into());
    }
    let unknown =
        || format!("which network are the weights in `{file}` for? `--model` names it, such as `--model resnet18`");
    model.or_else(|| Architecture::of_file(weights)).ok_or_else(unknown)?.load(weights)
}

/// The features of a photograph.
fn features(network: &dyn Embedder, photo: &Path) -> Result<Vec<f32>, Error> {
    network.features(&Preprocessing::imagenet().apply(&Photo::open(photo)?))
}

/// The photographs of a folder. Files that are none are named and passed over.
fn gallery(network: &dyn Embedder, folder: &Path) -> Outcome<Gallery> {
    let mut gallery = Gallery::default();
    for file in entries(folder)?.into_iter().filter(|path| path.is_file()) {
        match features(network, &file) {
            Ok(features) => gallery.add(file, &features),
            Err(error) => note(format!("note: {error}")),
        }
    }
    if gallery.photos().next().is_none() {
        let folder = folder.display();
        return Err(format!("there are no photographs in `{folder}`: JPEG, PNG, GIF, BMP or WebP files").into());
    }
    Ok(gallery)
}

/// Prints the neighbours of a photograph.
fn show(gallery: &Gallery, photo: &Path, features: &[f32], count: usize) -> Outcome {
    say(name(photo))?;
    for neighbour in gallery.nearest(features, photo, count) {
        say(format!("    {:.3}  {}", neighbour.similarity, name(neighbour.photo)))?;
    }
    Ok(())
}
