//! A network trained on ImageNet classifies photographs as PyTorch does. The weights and the photographs are not in this
//! repository: the weights are in `$ATHENA_DATA` (`~/.cache/athena-data` unless set), the photographs in its folder `photos` or in
//! `../shared/data/photos`. `tests/python/photos.py --logits` writes PyTorch's logits.

mod common;

use std::env;
use std::path::{Path, PathBuf};

use athena::Model;
use athena::data::{Photo, Preprocessing};
use common::reference::path;
use safetensors::SafeTensors;

athena::models::resnet50_v1! {
    struct Network
}

/// The largest allowed difference from PyTorch's logits for the same tensor, relative to the largest logit.
const TOLERANCE: f32 = 1e-4;

/// For each photograph its name, the CRC-32 of its tensor and its logits.
fn expected() -> Vec<(String, String, Vec<f32>)> {
    let bytes = std::fs::read(path("photo_logits.safetensors")).expect("the reference is committed");
    let (_, metadata) = SafeTensors::read_metadata(&bytes).unwrap();
    let photos = metadata.metadata().as_ref().expect("names")["photos"].clone();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let logits = tensors.tensor("logits").unwrap().data().chunks_exact(4 * Network::CLASSES);
    let floats = |row: &[u8]| row.chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
    let rows = photos.lines().zip(logits).map(|(line, row)| {
        let (name, crc) = line.split_once(' ').expect("NAME CRC");
        (name.to_owned(), crc.to_owned(), floats(row))
    });
    rows.collect()
}

/// The paths of the weights and of the photographs, if they exist.
fn data() -> Option<(PathBuf, PathBuf)> {
    let home = || env::home_dir().map(|home| home.join(".cache/athena-data"));
    let data = env::var_os("ATHENA_DATA").map(PathBuf::from).or_else(home)?;
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/photos");
    let weights = data.join("resnet50-imagenet.safetensors");
    let photos = [data.join("photos"), beside].into_iter().find(|folder| folder.is_dir());
    Some((weights, photos?)).filter(|(weights, _)| weights.is_file())
}

fn largest(values: impl Iterator<Item = f32>) -> f32 {
    values.fold(0.0, |largest, value| largest.max(value.abs()))
}

fn likeliest(logits: &[f32]) -> Option<usize> {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b]))
}

#[test]
fn photographs_are_classified_as_pytorch_classifies_them() {
    let Some((weights, photos)) = data() else {
        eprintln!(
            "skipped: there are no resnet50-imagenet.safetensors and photographs in $ATHENA_DATA and ../shared/data"
        );
        return;
    };
    let mut network = Network::new(0);
    network.load(weights).unwrap();
    let mut worst = 0.0_f32;
    for (name, crc, expected) in expected() {
        let image = Preprocessing::imagenet().apply(&Photo::open(photos.join(&name)).unwrap());
        let bytes: Vec<u8> = image.iter().flat_map(|value| value.to_le_bytes()).collect();
        assert_eq!(format!("{:08x}", crc32fast::hash(&bytes)), crc, "the tensor of {name}");
        let logits = network.predict(&image).unwrap();
        assert_eq!(likeliest(&logits), likeliest(&expected), "{name}");
        let error = largest(logits.iter().zip(&expected).map(|(a, b)| a - b)) / largest(expected.iter().copied());
        assert!(error < TOLERANCE, "{name}: {error:e}");
        worst = worst.max(error);
    }
    println!("the largest difference is {worst:e} of PyTorch's largest logit");
}
