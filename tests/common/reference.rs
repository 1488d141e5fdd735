//! Reference files of `tests/python/networks.py`, and how far a tensor is from one.

use super::generate::hashes;
use safetensors::SafeTensors;
use std::collections::HashMap;
use std::path::PathBuf;

/// The bar: errors relative to a tensor's largest magnitude, or to its 2-norm, may be this large.
pub const TOLERANCE: f64 = 1e-4;

const FULL: usize = 160;
const PROJECTIONS: usize = 16;
const SAMPLES: usize = 64;

/// A file of `tests/reference`.
pub fn path(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "reference", file].iter().collect()
}

/// What PyTorch computed, in float64, for one case.
pub struct Reference {
    settings: HashMap<String, String>,
    tensors: HashMap<String, Vec<f64>>,
}

impl Reference {
    pub fn read(case: &str) -> Self {
        let bytes = std::fs::read(path(&format!("{case}.safetensors"))).expect("the reference files are committed");
        let (_, metadata) = SafeTensors::read_metadata(&bytes).expect("a safetensors file");
        let tensors = SafeTensors::deserialize(&bytes).expect("a safetensors file");
        let numbers = |data: &[u8], dtype| match dtype {
            safetensors::Dtype::F64 => {
                data.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect()
            }
            _ => data.chunks_exact(4).map(|b| f64::from(f32::from_le_bytes(b.try_into().unwrap()))).collect(),
        };
        let settings = metadata.metadata().as_ref().expect("the script writes settings")["settings"].split(' ');
        let settings =
            settings.filter_map(|pair| pair.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        Self { settings, tensors: tensors.iter().map(|(k, t)| (k.to_owned(), numbers(t.data(), t.dtype()))).collect() }
    }

    pub fn setting(&self, name: &str) -> &str {
        &self.settings[name]
    }

    pub fn number(&self, name: &str) -> f64 {
        self.setting(name).parse().expect("a number")
    }

    pub fn tensor(&self, name: &str) -> &[f64] {
        self.tensors.get(name).unwrap_or_else(|| panic!("the reference has no tensor `{name}`"))
    }

    /// Names of the tensors under `group/`, without it.
    pub fn names<'a>(&'a self, group: &'a str) -> impl Iterator<Item = &'a str> {
        self.tensors.keys().filter_map(move |k| k.strip_prefix(group)?.strip_prefix('/'))
    }

    /// The largest error of `x` from what is stored under `name`: of an element relative to the largest magnitude, or
    /// of a projection relative to the 2-norm. A projection is a sum of all elements with hashed signs, so its error is
    /// about the 2-norm of the whole tensor's error, and no wrong element hides.
    pub fn error(&self, name: &str, x: &[f32]) -> f64 {
        let stored = self.tensor(name);
        if !is_print(name, x.len()) {
            assert_eq!(stored.len(), x.len(), "`{name}` has another length in the reference");
            let largest = stored.iter().fold(0.0f64, |m, y| m.max(y.abs()));
            return worst(x.iter().map(|&x| f64::from(x)), stored, largest);
        }
        assert_eq!(stored.len(), 2 + PROJECTIONS + SAMPLES, "`{name}` has no print in the reference");
        let (largest, norm) = (stored[0], stored[1]);
        let (sums, samples) = stored[2..].split_at(PROJECTIONS);
        let len = x.len() as u64;
        let chosen = hashes(&format!("samples/{name}")).take(SAMPLES).map(|h| f64::from(x[(h % len) as usize]));
        worst(projections(name, x).into_iter(), sums, norm).max(worst(chosen, samples, largest))
    }

    /// Squares of the error of `x` and of its movement from `start`, both 2-norms; that of the error as projections see
    /// it, for a tensor that is stored as a print.
    pub fn movement(&self, name: &str, start: &[f32], x: &[f32]) -> (f64, f64) {
        let square = |(&a, &b): (&f32, &f32)| (f64::from(a) - f64::from(b)).powi(2);
        let moved = x.iter().zip(start).map(square).sum();
        let stored = self.tensor(name);
        let error = if is_print(name, x.len()) {
            let sums = projections(name, x).into_iter().zip(&stored[2..]);
            sums.map(|(got, want)| (got - want).powi(2)).sum::<f64>() / PROJECTIONS as f64
        } else {
            x.iter().zip(stored).map(|(&x, want)| (f64::from(x) - want).powi(2)).sum()
        };
        (error, moved)
    }
}

/// Only tensors of a state dict (`group/name`) are stored as prints, and only large ones.
fn is_print(name: &str, len: usize) -> bool {
    name.contains('/') && len > FULL
}

/// Sums of all elements with hashed signs.
fn projections(name: &str, x: &[f32]) -> [f64; PROJECTIONS] {
    let mut sums = [0.0; PROJECTIONS];
    for (&x, h) in x.iter().zip(hashes(&format!("signs/{name}"))) {
        for (k, sum) in sums.iter_mut().enumerate() {
            *sum += if (h >> k) & 1 == 1 { -f64::from(x) } else { f64::from(x) };
        }
    }
    sums
}

/// The largest difference, relative to `scale`; infinite where a number is none.
fn worst(got: impl Iterator<Item = f64>, want: &[f64], scale: f64) -> f64 {
    let mut largest = 0.0f64;
    for (got, want) in got.zip(want) {
        let error = (got - want).abs() / scale;
        largest = if error.is_nan() { f64::INFINITY } else { largest.max(error) };
    }
    largest
}
