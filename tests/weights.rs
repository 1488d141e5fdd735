//! Weights that PyTorch saved are loaded. `tests/python/weights.py` writes the files.

use athena::Model;
use std::path::PathBuf;

athena::resnet! {
    /// `Small` of the script.
    #[derive(Debug, PartialEq)]
    struct Small(2x4x4) -> 3 {
        input -> conv1: conv(4, 3x3) -> bn1: batch_norm -> relu -> global_avg_pool -> flatten -> fc: linear(3)
    }

    /// The same with another head.
    #[derive(Debug, PartialEq)]
    struct Tuned(2x4x4) -> 5 {
        input -> conv1: conv(4, 3x3) -> bn1: batch_norm -> relu -> global_avg_pool -> flatten -> fc: linear(5)
    }

    /// A network with other names.
    #[derive(Debug, PartialEq)]
    struct Stranger(2x4x4) -> 3 {
        input -> stem: conv(4, 3x3, bias = true) -> relu -> global_avg_pool -> flatten -> head: linear(3)
    }
}

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "reference", "weights", name].iter().collect()
}

/// The network in every file, computed by the script's formula.
fn expected() -> Small {
    let mut network = Small::new(0);
    for (t, (name, shape)) in Small::parameter_names().iter().enumerate() {
        let len = shape.iter().product::<usize>();
        let values: Vec<f32> = if name.ends_with("num_batches_tracked") {
            vec![5.0]
        } else {
            (0..len).map(|i| ((37 * i + 17 * t) % 129) as f32 / 64.0 - 1.0).collect()
        };
        network.set_parameter(name, &values).unwrap();
    }
    network
}

#[track_caller]
fn loads(name: &str) {
    let mut network = Small::new(1);
    network.load(file(name)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(network, expected(), "{name}");
    let network = Small::from_file(file(name)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(network, expected(), "{name} by itself");
}

#[test]
fn floats_of_every_size_are_converted() {
    for name in ["f64.safetensors", "f32.safetensors", "f16.safetensors", "bf16.safetensors"] {
        loads(name);
    }
}

#[test]
fn prefixes_of_wrappers_are_passed_over() {
    loads("module.safetensors");
    loads("compiled.safetensors");
}

#[cfg(feature = "pytorch")]
#[test]
fn files_of_torch_save_load_whatever_they_are_called() {
    for name in
        ["f64.pth", "f32.pth", "f16.pth", "bf16.pth", "protocol3.pt", "protocol4.pt", "protocol5.pt", "legacy.pth"]
    {
        loads(name);
    }
    loads("no_checksums.pth");
}

#[cfg(feature = "pytorch")]
#[test]
fn checkpoints_of_training_scripts_load() {
    for name in ["checkpoint.pth.tar", "legacy_checkpoint.pth.tar", "parameters.pth"] {
        loads(name);
    }
}

#[cfg(feature = "pytorch")]
#[test]
fn views_and_shared_storages_load() {
    loads("views.pth");
    loads("legacy_views.pth");
}

#[cfg(feature = "pytorch")]
#[test]
fn files_that_hold_programs_are_refused() {
    for (name, reason) in [
        ("other_whole_model.pth", "it imports `__main__.Small`, which weights do not need"),
        ("other_torchscript.pt", "it is a TorchScript archive"),
    ] {
        let error = Small::new(1).load(file(name)).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains(reason) && error.contains("state_dict()"), "{error}");
    }
}

#[test]
fn a_new_head_keeps_its_weights() {
    let mut network = Tuned::new(3);
    let report = network.load_partial(file("module.safetensors")).unwrap();
    let head = ["fc.weight", "fc.bias"];
    for (name, _) in Tuned::parameter_names() {
        let before = if head.contains(name) { Tuned::new(3).parameter(name) } else { expected().parameter(name) };
        assert_eq!(network.parameter(name), before, "{name}");
    }
    assert_eq!(report.kept(), head);
    assert_eq!(report.loaded().len(), Tuned::parameter_names().len() - 2);
    let lines = [
        "misshapen: `module.fc.weight` is [3, 4] in the file and [5, 4] in the network",
        "misshapen: `module.fc.bias` is [3] in the file and [5] in the network",
    ];
    assert_eq!(report.left_alone(), lines);
    let path = file("module.safetensors");
    let said = format!(
        "loaded 6 tensors from `{}`, without the prefix `module.`, and left alone:\n  {}",
        path.display(),
        lines.join("\n  ")
    );
    assert_eq!(report.to_string(), said);
}

#[test]
fn a_whole_load_leaves_nothing_alone() {
    let mut network = Small::new(1);
    let report = network.load_partial(file("f16.safetensors")).unwrap();
    assert_eq!(network, expected());
    assert!(report.left_alone().is_empty() && report.kept().is_empty());
    assert!(report.to_string().starts_with("loaded 8 tensors from `"), "{report}");
}

#[test]
fn a_file_of_which_nothing_fits_is_an_error() {
    let mut network = Stranger::new(3);
    let error = format!("{:?}", network.load_partial(file("f32.safetensors")).unwrap_err());
    for line in ["missing: `stem.weight` [4, 2, 3, 3]", "surplus: `conv1.weight` [4, 2, 3, 3] is none of the network's"]
    {
        assert!(error.contains(line), "{error}");
    }
    assert_eq!(network, Stranger::new(3));
}

/// A counter counts: PyTorch keeps it as a whole number, too.
#[test]
fn a_count_of_batches_is_a_whole_number() {
    let mut network = expected();
    for wrong in [f32::NAN, 1.5, -5.0, f32::INFINITY] {
        let error = network.set_parameter("bn1.num_batches_tracked", &[wrong]).unwrap_err().to_string();
        assert!(error.contains("whole number") && error.contains("bn1.num_batches_tracked"), "{error}");
    }
    assert_eq!(network, expected());
    network.set_parameter("bn1.num_batches_tracked", &[7.0]).unwrap();
    assert_eq!(network.parameter("bn1.num_batches_tracked").unwrap(), [7.0]);
}

/// Nor does a file make it negative, and the network is as before.
#[test]
fn a_file_with_a_negative_count_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let mut saved = expected();
    saved.set_parameter("bn1.num_batches_tracked", &[7_777_777.0]).unwrap();
    saved.save(&path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.windows(8).position(|window| window == 7_777_777_i64.to_le_bytes()).unwrap();
    bytes[at..at + 8].copy_from_slice(&(-5_i64).to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    let mut network = expected();
    for error in [network.load(&path).unwrap_err(), network.load_partial(&path).unwrap_err()] {
        let error = error.to_string();
        assert!(error.contains("`bn1.num_batches_tracked` is -5"), "{error}");
    }
    assert_eq!(network, expected());
}
