//! All kinds of checkpoints that training scripts save are loaded, or refused for a reason for which PyTorch refuses them, too.
//! `tests/python/checkpoints.py` writes the files, and the results of PyTorch.
#![cfg(feature = "pytorch")]

use athena::{LoadOptions, Model};
use std::path::PathBuf;

athena::resnet! {
    /// The network `Small` of the script.
    #[derive(Clone, Debug, PartialEq)]
    struct Small(2x4x4) -> 3 {
        input -> conv1: conv(4, 3x3) -> bn1: batch_norm -> relu -> global_avg_pool -> flatten -> fc: linear(3)
    }

    /// `Small` without its head.
    #[derive(Debug, PartialEq)]
    struct Embed(2x4x4) -> 4 {
        input -> conv1: conv(4, 3x3) -> bn1: batch_norm -> relu -> global_avg_pool -> flatten
    }

    /// `Small` with other names.
    #[derive(Debug, PartialEq)]
    struct Held(2x4x4) -> 3 {
        input -> body: small()
    }

    block small() {
        input -> conv1: conv(4, 3x3) -> bn1: batch_norm -> relu -> global_avg_pool -> flatten -> fc: linear(3)
    }
}

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "reference", "checkpoints", name].iter().collect()
}

/// The counter and the floats, in the format of the script.
fn bits(network: &Small) -> String {
    let mut all = Vec::new();
    for (name, _) in Small::parameter_names() {
        let values = network.parameter(name).unwrap();
        if name.ends_with("num_batches_tracked") {
            all.push(format!("{:x}", values[0] as i64));
        } else {
            all.extend(values.iter().map(|value| format!("{:x}", value.to_bits())));
        }
    }
    all.join(" ")
}

/// Files that PyTorch loads are loaded with the same bits, whether its safe loader takes them or not. Files that it refuses are
/// refused. The exceptions are listed.
#[test]
fn every_kind_loads_as_in_pytorch() {
    /// PyTorch converts these counters to integers: NaN to -2^63, and 1.5 to 1.
    const NO_COUNTS: [&str; 3] = ["counter_nan.pth", "counter_fraction.pth", "counter_negative.pth"];
    let expected = std::fs::read_to_string(file("expected.txt")).unwrap();
    let (mut loaded, mut refused, mut wrong) = (0, 0, Vec::new());
    for line in expected.lines() {
        let [name, _, told] = line.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let before = Small::new(1);
        let mut network = before.clone();
        match (network.load(file(name)), told.strip_prefix("loads ")) {
            (Ok(()), Some(told)) if told == bits(&network) => loaded += 1,
            (Err(error), told) if told.is_none() || NO_COUNTS.contains(&name) => {
                assert_eq!(network, before);
                let error = error.to_string();
                assert!(error.contains(name), "{error}");
                if told.is_some() {
                    assert!(error.contains("`bn1.num_batches_tracked` is"), "{error}");
                }
                refused += 1;
            }
            (result, told) => wrong.push(format!("{name}: {result:?}, PyTorch {:.20}", told.unwrap_or("refuses"))),
        }
    }
    println!("{loaded} files load and {refused} are refused");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(loaded >= 80 && refused <= 10);
}

#[test]
fn refusals_say_why() {
    for (name, reason) in [
        ("attack.pth", "system`, which weights do not need and which could run anything; nothing was run"),
        ("sparse_weight.pth", "the file's `fc.weight` is a sparse tensor: save its `to_dense()`"),
        ("quantised_weight.pth", "the file's `fc.bias` is a quantised tensor: save its `dequantize()`"),
        ("counter_nan.pth", "`bn1.num_batches_tracked` is NaN, where a count of batches is a whole number"),
        ("counter_fraction.pth", "`bn1.num_batches_tracked` is 1.5, where"),
        ("counter_negative.pth", "`bn1.num_batches_tracked` is -5, where"),
    ] {
        let error = Small::new(1).load(file(name)).unwrap_err().to_string();
        assert!(error.contains(reason), "{name}: {error}");
    }
}

#[test]
fn the_report_says_where_the_weights_were() {
    for (name, key, prefix) in [
        ("lightning.pth", "state_dict", "model."),
        ("prefix_model_encoder_backbone.pth", "", "model.encoder.backbone."),
        ("two_deep.pth", "model.state_dict", ""),
    ] {
        let report = Small::new(1).load_with(file(name), &LoadOptions::new()).unwrap();
        assert_eq!((report.key(), report.prefix()), (key, prefix));
        let said = report.to_string();
        assert!(said.contains(key) && said.contains(prefix) && report.left_alone().is_empty(), "{said}");
    }
}

#[test]
fn a_key_chooses_among_state_dicts() {
    let (mut usual, mut ema) = (Small::new(1), Small::new(1));
    usual.load(file("ema_beside.pth")).unwrap();
    let report = ema.load_with(file("ema_beside.pth"), &LoadOptions::new().key("state_dict_ema")).unwrap();
    assert_eq!(report.key(), "state_dict_ema");
    let doubled: Vec<f32> = usual.parameter("fc.bias").unwrap().iter().map(|value| 2.0 * value).collect();
    assert_eq!(ema.parameter("fc.bias").unwrap(), doubled);
    let (fresh, report) =
        Small::from_file_with(file("ema_beside.pth"), &LoadOptions::new().key("state_dict_ema")).unwrap();
    assert_eq!((report.key(), fresh.parameter("fc.bias").unwrap()), ("state_dict_ema", doubled));
    let wrong = LoadOptions::new().key("weights");
    let error = Small::from_file_with(file("ema_beside.pth"), &wrong).map(drop).unwrap_err().to_string();
    assert!(error.contains("`weights`") && error.contains("`state_dict_ema`"), "{error}");
    let part = LoadOptions::new().partial(true);
    let error = Small::from_file_with(file("ema_beside.pth"), &part).map(drop).unwrap_err().to_string();
    assert!(error.contains("`new(seed)`") && error.contains("`load_with`"), "{error}");
    let error = ema.load_with(file("ema_beside.pth"), &wrong).unwrap_err().to_string();
    assert!(error.contains("`weights`") && error.contains("`state_dict_ema`"), "{error}");
}

/// The same for safetensors files. An unknown prefix gives one line, and not a line for each name.
#[test]
fn keys_prefixes_and_renamings_of_safetensors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("held.safetensors");
    let held = Held::new(3);
    held.save(&path).unwrap();
    let mut small = Small::new(4);
    let error = small.load(&path).unwrap_err().to_string();
    assert!(
        error.contains("all 8 names of the file begin with `body.`") && error.contains("prefix(\"body.\")"),
        "{error}"
    );
    assert!(!error.contains("missing") && !error.contains("surplus"), "{error}");
    assert_eq!(small, Small::new(4));
    for options in [
        LoadOptions::new().prefix("body."),
        LoadOptions::new().key("body"),
        LoadOptions::new().rename("body", ""),
        LoadOptions::new().rename_with(|name| name.replace("body.", "")),
    ] {
        let mut small = Small::new(4);
        assert_eq!(small.load_with(&path, &options).unwrap().loaded().len(), 8, "{options:?}");
        assert_eq!(small.parameter("fc.weight"), held.parameter("body.fc.weight"));
    }
    let mut back = Held::new(5);
    small.load_with(&path, &LoadOptions::new().prefix("body.")).unwrap();
    small.save(&path).unwrap();
    let error = back.load(&path).unwrap_err().to_string();
    assert!(error.contains("all 8 names of the network begin with `body.`"), "{error}");
    back.load_with(&path, &LoadOptions::new().rename("", "body")).unwrap();
    assert_eq!(back, held);
}

#[test]
fn a_network_without_the_head_takes_the_rest() {
    let mut small = Small::new(1);
    small.load(file("size.pth")).unwrap();
    let (embed, report) = Embed::with_weights_of_partial(&small, 2).unwrap();
    for (name, _) in Embed::parameter_names() {
        assert_eq!(embed.parameter(name), small.parameter(name), "{name}");
    }
    assert!(report.kept().is_empty());
    assert_eq!(
        report.to_string(),
        "loaded 6 tensors from a `Small` and left alone:\n  surplus: `fc.weight` [3, 4]\n  surplus: `fc.bias` [3]"
    );
    let (again, report) = Small::with_weights_of_partial(&embed, 7).unwrap();
    assert_eq!(report.kept(), ["fc.weight", "fc.bias"]);
    assert_eq!(again.parameter("fc.weight"), Small::new(7).parameter("fc.weight"));
    let error = Held::with_weights_of(&small).unwrap_err().to_string();
    assert!(error.contains("all 8 names of the network begin with `body.`") && !error.contains("missing"), "{error}");
    assert!(Held::with_weights_of_partial(&small, 1).is_err());
}
