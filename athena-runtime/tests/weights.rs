//! State dicts to disk and back, and files that do not fit.
#![allow(missing_docs)]

mod network;

use athena_runtime::error::Error;
use athena_runtime::generated::Model;
use athena_runtime::model::LoadOptions;
use network::numbers;
use network::tiny::Tiny;
use safetensors::SafeTensors;
use std::error::Error as _;
use std::fs;
use std::path::PathBuf;

/// A folder of its own for each test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("athena-weights-{}-{test}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn trained() -> Tiny {
    let mut model = Tiny::new(8);
    model.set_parameter("batch_norm2.running_mean", &numbers(16, 1)).unwrap();
    model.set_parameter("batch_norm1.num_batches_tracked", &[17.0]).unwrap();
    model
}

/// A safetensors file written byte by byte.
fn file_of(tensors: &[(&str, &str, &[usize])]) -> Vec<u8> {
    let mut at = 0;
    let entries: Vec<String> = tensors
        .iter()
        .map(|(name, dtype, shape)| {
            let start = at;
            let width = match *dtype {
                "I64" | "U64" | "F64" => 8,
                "F16" | "BF16" | "I16" | "U16" => 2,
                "U8" | "I8" | "BOOL" => 1,
                _ => 4,
            };
            at += shape.iter().product::<usize>() * width;
            format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{start},{at}]}}"#)
        })
        .collect();
    let header = format!("{{{}}}", entries.join(","));
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(vec![0; at]);
    bytes
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = Folder::new("round-trip");
    let (model, path) = (trained(), folder.file("tiny.safetensors"));
    fs::write(&path, "replaced").unwrap();
    model.save(&path).unwrap();
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1, "no temporary file is left");
    let mut other = Tiny::new(9);
    assert_ne!(other, model);
    other.load(&path).unwrap();
    assert_eq!(other, model);
    let images = numbers(2 * 192, 2);
    assert_eq!(other.predict(&images).unwrap(), model.predict(&images).unwrap());
}

#[test]
fn the_file_is_in_pytorchs_layout() {
    let folder = Folder::new("layout");
    let path = folder.file("tiny.safetensors");
    let model = trained();
    model.save(&path).unwrap();
    let bytes = fs::read(&path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mut found: Vec<(String, Vec<usize>)> =
        file.iter().map(|(name, tensor)| (name.to_owned(), tensor.shape().to_vec())).collect();
    let mut expected: Vec<(String, Vec<usize>)> =
        Tiny::parameter_names().iter().map(|(name, shape)| ((*name).to_owned(), shape.to_vec())).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let counter = file.tensor("batch_norm1.num_batches_tracked").unwrap();
    assert_eq!(counter.data(), 17i64.to_le_bytes());
    // A weight that only one place of PyTorch's layout explains.
    let mut weight = vec![0.0; 16 * 16 * 9];
    weight[(5 * 16 + 3) * 9 + 7] = 1.0;
    let mut model = model;
    model.set_parameter("conv2.weight", &weight).unwrap();
    assert_eq!(model.parameter("conv2.weight").unwrap(), weight);
}

#[test]
fn counters_may_be_missing() {
    let folder = Folder::new("counters");
    let path = folder.file("tiny.safetensors");
    let tensors: Vec<(&str, &str, &[usize])> = Tiny::parameter_names()
        .iter()
        .filter(|(name, _)| !name.ends_with("num_batches_tracked"))
        .map(|&(name, shape)| (name, "F32", shape))
        .collect();
    fs::write(&path, file_of(&tensors)).unwrap();
    let mut model = trained();
    model.load(&path).unwrap();
    assert_eq!(model.parameter("conv1.weight").unwrap(), vec![0.0; 432]);
    assert_eq!(model.parameter("batch_norm1.num_batches_tracked").unwrap(), [17.0]);
}

#[test]
fn counters_are_integers_of_any_type() {
    let folder = Folder::new("integers");
    let path = folder.file("tiny.safetensors");
    for dtype in ["I64", "U64", "I32", "U32", "I16", "U16", "I8", "U8"] {
        let tensors: Vec<(&str, &str, &[usize])> = Tiny::parameter_names()
            .iter()
            .map(|&(name, shape)| (name, if name.ends_with("tracked") { dtype } else { "F32" }, shape))
            .collect();
        fs::write(&path, file_of(&tensors)).unwrap();
        let mut model = trained();
        model.load(&path).unwrap();
        assert_eq!(model.parameter("batch_norm1.num_batches_tracked").unwrap(), [0.0], "{dtype}");
    }
}

/// A half that is infinite says nothing of a count; one that is finite is the count.
#[test]
fn counters_that_overflowed_are_kept_and_reported_so() {
    let folder = Folder::new("overflowed");
    let path = folder.file("tiny.safetensors");
    for (half, count) in [(0x7c00_u16, 17.0), (0x4900, 10.0)] {
        let tensors: Vec<(&str, &str, &[usize])> = Tiny::parameter_names()
            .iter()
            .map(|&(name, shape)| (name, if name.ends_with("tracked") { "F16" } else { "F32" }, shape))
            .collect();
        let lens = tensors.iter().map(|(_, dtype, shape)| match *dtype {
            "F16" => 2,
            _ => 4 * shape.iter().product::<usize>(),
        });
        let mut bytes = file_of(&tensors);
        let mut at = bytes.len() - lens.clone().sum::<usize>();
        for len in lens {
            if len == 2 {
                bytes[at..at + 2].copy_from_slice(&half.to_le_bytes());
            }
            at += len;
        }
        fs::write(&path, bytes).unwrap();
        let mut model = trained();
        let report = model.load_with(&path, &LoadOptions::new()).unwrap();
        let name = "batch_norm1.num_batches_tracked";
        assert_eq!(model.parameter(name).unwrap(), [count]);
        assert_eq!(report.kept().contains(&name), half == 0x7c00);
        assert_eq!(report.loaded().contains(&name), half != 0x7c00);
        assert_eq!(report.loaded().len() + report.kept().len(), Tiny::parameter_names().len());
        assert!(report.left_alone().is_empty());
    }
}

#[test]
fn a_tensor_under_two_names_that_mean_the_same_is_told() {
    let folder = Folder::new("twice");
    let path = folder.file("tiny.safetensors");
    let mut tensors: Vec<(&str, &str, &[usize])> =
        Tiny::parameter_names().iter().map(|&(name, shape)| (name, "F32", shape)).collect();
    tensors.retain(|(name, ..)| !name.ends_with("tracked"));
    tensors.push(("module.linear1.bias", "F32", &[10]));
    fs::write(&path, file_of(&tensors)).unwrap();
    let line = "twice: `module.linear1.bias` is `linear1.bias`, which the file has under another name, too";
    let mut model = trained();
    let Err(Error::Weights { problems, .. }) = model.load(&path) else { panic!("one bias too many") };
    assert_eq!(problems, [line]);
    assert_eq!(model, trained());
    let report = model.load_partial(&path).unwrap();
    assert_eq!(report.left_alone(), [line]);
    assert_eq!(model.parameter("linear1.bias"), trained().parameter("linear1.bias"));
    assert_eq!(model.parameter("conv1.weight").unwrap(), vec![0.0; 432]);
}

#[test]
fn every_tensor_that_does_not_fit_is_told() {
    let folder = Folder::new("misfits");
    let path = folder.file("other.safetensors");
    let mut tensors: Vec<(&str, &str, &[usize])> =
        Tiny::parameter_names().iter().map(|&(name, shape)| (name, "F32", shape)).collect();
    tensors.retain(|(name, ..)| *name != "linear1.bias" && !name.ends_with("tracked"));
    for (name, dtype, shape) in &mut tensors {
        match *name {
            "conv1.weight" => *shape = &[16, 3, 5, 5],
            "conv2.weight" => *name = "conv2.wieght",
            "batch_norm1.bias" => *dtype = "I32",
            _ => {}
        }
    }
    tensors.push(("batch_norm2.num_batches_tracked", "I64", &[2]));
    fs::write(&path, file_of(&tensors)).unwrap();
    let mut model = trained();
    let Err(Error::Weights { problems, .. }) = model.load(&path) else { panic!("the file does not fit") };
    assert_eq!(
        problems,
        [
            "misshapen: `conv1.weight` is [16, 3, 5, 5] in the file and [16, 3, 3, 3] in the network",
            "of another type: `batch_norm1.bias` is I32 in the file; convert it to F32",
            "missing: `conv2.weight` [16, 16, 3, 3]",
            "misshapen: `batch_norm2.num_batches_tracked` is [2] in the file and [] in the network",
            "missing: `linear1.bias` [10]",
            "surplus: `conv2.wieght` [16, 16, 3, 3] is none of the network's; it misses `conv2.weight`",
        ]
    );
    assert_eq!(model, trained());
}

#[test]
fn damaged_files_are_refused() {
    let folder = Folder::new("damaged");
    let path = folder.file("damaged.safetensors");
    trained().save(&path).unwrap();
    let whole = fs::read(&path).unwrap();
    let mut broken: Vec<Vec<u8>> =
        vec![Vec::new(), b"hello".to_vec(), vec![0xff; 64], whole[..whole.len() - 1].to_vec()];
    broken.extend([0, 4, 8, 60, 700].map(|at| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        bytes
    }));
    broken.push([whole.as_slice(), &[0]].concat());
    let mut model = trained();
    for (i, bytes) in broken.iter().enumerate() {
        fs::write(&path, bytes).unwrap();
        let error = model.load(&path).unwrap_err();
        assert!(matches!(error, Error::Damaged { .. } | Error::Weights { .. }), "{i}: {error}");
        assert!(error.to_string().contains("damaged.safetensors"), "{i}: {error}");
        assert_eq!(model, trained(), "{i}");
    }
}

#[test]
fn files_that_are_not_there_are_told() {
    let folder = Folder::new("nowhere");
    let mut model = trained();
    let error = model.load(folder.file("none.safetensors")).unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with("cannot read `") && message.ends_with("none.safetensors`"), "{message}");
    assert!(error.source().is_some(), "{error:?}");
    let error = model.save(folder.file("no/such/folder.safetensors")).unwrap_err().to_string();
    assert!(error.starts_with("cannot write `"), "{error}");
    let error = model.save("/").unwrap_err();
    assert_eq!(error.to_string(), "cannot write `/`");
    let cause = error.source().expect("the reason").to_string();
    assert!(cause.contains("this is not a file name"), "{cause}");
}
