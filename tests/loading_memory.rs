//! Loading makes no second copy of the weights. In addition to the network, it takes the memory of the largest tensor.
#![cfg(feature = "models")]
#![allow(unsafe_code, reason = "a global allocator cannot be written otherwise")]

#[path = "common/memory.rs"]
mod memory;

use std::time::Instant;

use athena::Model;

athena::models::resnet18! { struct ResNet18 }
athena::models::resnet152! { struct ResNet152 }

/// Other memory: the file's buffer, its header, names.
const LITTLE: usize = 1 << 20;

fn check<M: Model>() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    M::new(1).save(&path).unwrap();
    let mut network = M::new(2);
    let start = Instant::now();
    let (loaded, peak) = memory::peak_of(|| network.load(&path));
    let took = start.elapsed();
    loaded.unwrap();
    let sizes = M::parameter_names().iter().map(|(_, shape)| 4 * shape.iter().product::<usize>());
    let (largest, all) = (sizes.clone().max().unwrap(), sizes.sum::<usize>());
    println!("{all} bytes of weights in {took:?}: {peak} bytes beside the network; its largest tensor has {largest}");
    assert!(peak < largest + LITTLE, "{peak} bytes beside the network, its largest tensor has {largest}");
    assert_eq!(network.parameter("fc.weight"), M::new(1).parameter("fc.weight"));
}

#[test]
fn resnet18_is_loaded_a_tensor_at_a_time() {
    check::<ResNet18>();
}

#[test]
#[ignore = "writes 240 MB; cargo test --release --test loading_memory -- --ignored --nocapture"]
fn resnet152_is_loaded_a_tensor_at_a_time() {
    check::<ResNet152>();
}
