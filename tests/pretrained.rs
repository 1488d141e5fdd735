//! Pretrained networks classify CIFAR-10's test images as PyTorch does.
//!
//! Run:  cargo test --release --test pretrained -- --ignored --nocapture
//!
//! The weights are those of akamaster/pytorch_resnet_cifar10 as safetensors, in `$ATHENA_WEIGHTS` or else in `../shared/data/weights`
//! beside the checkout; the images lie in `$ATHENA_DATA` or else in `~/.cache/athena-data`. PyTorch gets 9173 and 9339 of the
//! 10,000 right.
#![cfg(all(feature = "datasets", feature = "models"))]

use std::env;
use std::path::{Path, PathBuf};

use athena::prelude::*;

athena::models::resnet20! { struct ResNet20 }
athena::models::resnet56! { struct ResNet56 }

/// The folder of this variable, or else this one.
fn folder(variable: &str, default: PathBuf) -> PathBuf {
    env::var_os(variable).map_or(default, PathBuf::from)
}

/// The number of test images that the network with these weights classifies correctly. Without the data it prints the reason and returns `None`.
fn right<M: Model<Image = Image<3, 32, 32>, Classes = Classes<10>>>(weights: &str) -> Option<usize> {
    let home = PathBuf::from(env::var_os("HOME").unwrap_or_default());
    let images = folder("ATHENA_DATA", home.join(".cache/athena-data")).join("cifar-10-batches-bin");
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/weights");
    let weights = folder("ATHENA_WEIGHTS", beside).join(weights);
    if let Some(absent) = [&images, &weights].into_iter().find(|path| !path.exists()) {
        println!("skipped: there is no {}", absent.display());
        return None;
    }
    let (_, test) = cifar10(images).unwrap();
    let test = test.normalised(&Normalisation::new(&[0.485, 0.456, 0.406], &[0.229, 0.224, 0.225]).unwrap()).unwrap();
    let mut network = M::new(0);
    network.load(weights).unwrap();
    let mut loader = Loader::new(&test, 100).unwrap();
    let mut predicted = Vec::new();
    while let Some(batch) = loader.next_batch() {
        let logits = network.predict(batch.images()).unwrap();
        predicted.extend(logits.chunks_exact(10).map(largest));
    }
    assert_eq!(predicted.len(), 10_000);
    Some(predicted.iter().zip(test.labels().unwrap()).filter(|(found, expected)| found == expected).count())
}

fn largest(logits: &[f32]) -> u32 {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap() as u32
}

#[test]
#[ignore = "ten seconds with a release build; cargo test --release --test pretrained -- --ignored"]
fn resnet20_gets_as_many_right_as_in_pytorch() {
    if let Some(right) = right::<ResNet20>("resnet20-cifar10.safetensors") {
        assert_eq!(right, 9173);
    }
}

#[test]
#[ignore = "ten seconds with a release build; cargo test --release --test pretrained -- --ignored"]
fn resnet56_gets_as_many_right_as_in_pytorch() {
    if let Some(right) = right::<ResNet56>("resnet56-cifar10.safetensors") {
        assert_eq!(right, 9339);
    }
}
