//! Initial weights: drawn from a seed, or read from a file without drawing any.

use std::fs;

use athena::threads::with_threads;
use athena::{Error, Model};
use safetensors::SafeTensors;

athena::resnet! {
    /// The network of `tests/python/initial_weights.py`.
    #[derive(Clone, Debug, PartialEq)]
    struct Drawn(3x4x4) -> 10 {
        input
            -> conv1: conv(16, 3x3, bias = false)
            -> conv2: conv(20, 3x3, bias = false, init = xavier_uniform)
            -> flatten -> fc: linear(10)
    }

    /// A network with all kinds of parameters: blocks with padding and without, groups, depthwise, running statistics, and enough
    /// of them for many threads.
    #[derive(Clone, Debug, PartialEq)]
    struct Every(3x8x8) -> 7 {
        input
            -> conv1: conv(36, 5x5) -> bn1: batch_norm -> relu
            -> conv2: conv(128, 3x3) -> conv3: conv(128, 3x3) -> bn3: batch_norm
            -> grouped: conv(160, 3x3, groups = 32) -> wide: conv(96, 1x1, groups = 2) -> depthwise: conv(96, 3x3, groups = 96)
            -> conv4: conv(50, 1x1, bias = true) -> bn4: batch_norm -> relu
            -> flatten -> fc1: linear(33) -> fc2: linear(7)
    }
}

athena::resnet! {
    /// The convolutions of `tests/python/initial_weights.py` that start as PyTorch's `dirac_`.
    struct Diracs(3x12x12) -> 5 {
        input
            -> wide: conv(20, 3x3, bias = false, init = dirac)
            -> narrow: conv(7, 4x3, padding = valid, bias = false, init = dirac)
            -> oblong: conv(36, 1x5, padding = valid, bias = false, init = dirac)
            -> depthwise: conv(36, 3x3, groups = 36, bias = false, init = dirac)
            -> groups: conv(40, 2x3, padding = 1, groups = 4, bias = false, init = dirac)
            -> blocks: conv(64, 1x1, groups = 2, bias = false, init = dirac)
            -> whole_blocks: conv(64, 1x1, groups = 2, bias = false, init = dirac)
            -> up1: conv_transpose(32, 2, groups = 4, bias = false, init = dirac)
            -> up2: conv_transpose(20, 3x1, bias = false, init = dirac)
            -> global_avg_pool -> flatten -> fc: linear(5, bias = false)
    }
}

fn bits<M: Model>(network: &M) -> Vec<(&'static str, Vec<u32>)> {
    let bits = |name| network.parameter(name).unwrap().into_iter().map(f32::to_bits).collect();
    M::parameter_names().iter().map(|(name, _)| (*name, bits(name))).collect()
}

#[test]
fn weights_are_those_that_numpy_draws() {
    let path = [env!("CARGO_MANIFEST_DIR"), "tests", "reference", "initial_weights.safetensors"];
    let bytes = fs::read(path.iter().collect::<std::path::PathBuf>()).unwrap();
    let reference = SafeTensors::deserialize(&bytes).unwrap();
    for seed in [0, 1, (1 << 40) + 5] {
        let network = Drawn::new(seed);
        for (name, _) in Drawn::parameter_names() {
            let expected = reference.tensor(&format!("{seed}/{name}")).unwrap();
            let expected = expected.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes));
            let found = network.parameter(name).unwrap();
            assert_eq!(found.len(), expected.len(), "{name}");
            for (i, (found, expected)) in found.into_iter().zip(expected).enumerate() {
                assert_eq!(found.to_bits(), expected.to_bits(), "seed {seed}, {name}, {i}: {found} and {expected}");
            }
        }
    }
}

#[test]
fn dirac_weights_are_those_of_pytorch() {
    let path = [env!("CARGO_MANIFEST_DIR"), "tests", "reference", "initial_weights.safetensors"];
    let bytes = fs::read(path.iter().collect::<std::path::PathBuf>()).unwrap();
    let reference = SafeTensors::deserialize(&bytes).unwrap();
    let network = Diracs::new(1);
    for (name, shape) in Diracs::parameter_names().iter().filter(|(name, _)| *name != "fc.weight") {
        let expected = reference.tensor(&format!("dirac/{name}")).unwrap();
        assert_eq!(expected.shape(), *shape, "{name}");
        let expected: Vec<f32> = expected.data().as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        assert_eq!(network.parameter(name).unwrap(), expected, "{name}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let drawn = |threads| with_threads(threads, || bits(&Every::new(3))).unwrap();
    let expected = drawn(1);
    for threads in [2, 3, 8] {
        assert_eq!(drawn(threads), expected, "{threads} threads");
    }
    assert_ne!(bits(&Every::new(4)), expected);
}

/// All parameters of these many channels start as PyTorch's: scales at 1, shifts and means at 0, variances at 1, no batch counted.
#[test]
fn norms_start_as_those_of_pytorch() {
    let network = Every::new(5);
    for (name, start) in [("weight", 1.0), ("bias", 0.0), ("running_mean", 0.0), ("running_var", 1.0)] {
        assert_eq!(network.parameter(&format!("bn3.{name}")), Some(vec![start; 128]), "{name}");
    }
    assert_eq!(network.parameter("bn3.num_batches_tracked"), Some(vec![0.0]));
}

#[test]
fn a_file_gives_the_network_that_was_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("every.safetensors");
    let mut trained = Every::new(6);
    trained.set_parameter("bn3.running_mean", &(0..128).map(|i| i as f32).collect::<Vec<_>>()).unwrap();
    trained.set_parameter("bn3.num_batches_tracked", &[12.0]).unwrap();
    trained.save(&path).unwrap();
    for threads in [1, 2, 5] {
        with_threads(threads, || {
            let network = Every::from_file(&path).unwrap();
            assert_eq!(network, trained, "{threads} threads");
            let mut loaded = Every::new(1);
            loaded.load(&path).unwrap();
            assert_eq!(loaded, trained, "{threads} threads");
            let images = [0.25; 192];
            assert_eq!(network.predict(&images).unwrap(), trained.predict(&images).unwrap());
        })
        .unwrap();
    }
}

#[test]
fn what_load_refuses_gives_no_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("weights.safetensors");
    let refused = |what: &str| {
        let mut network = Every::new(1);
        let (from_file, loaded) = (Every::from_file(&path).expect_err(what), network.load(&path).expect_err(what));
        assert_eq!(from_file.to_string(), loaded.to_string(), "{what}");
        assert_eq!(network, Every::new(1), "{what}");
        from_file
    };
    assert!(matches!(refused("no file"), Error::Io { .. }));
    Drawn::new(1).save(&path).unwrap();
    assert!(matches!(refused("another network's"), Error::Weights { problems, .. } if problems.len() > 20));

    Every::new(2).save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() - 4]).unwrap();
    assert!(matches!(refused("cut short"), Error::Damaged { .. }));

    // Each tensor but the counters has to be there.
    let tensors = SafeTensors::deserialize(&whole).unwrap();
    for (missing, _) in Every::parameter_names() {
        let rest = tensors.tensors().into_iter().filter(|(name, _)| name != missing);
        fs::write(&path, safetensors::serialize(rest, None).unwrap()).unwrap();
        if missing.ends_with("num_batches_tracked") {
            assert_eq!(Every::from_file(&path).unwrap(), Every::new(2));
        } else {
            let error = refused(missing).to_string();
            assert!(error.contains(&format!("missing: `{missing}`")), "{error}");
        }
    }
}
