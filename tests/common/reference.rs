//! Reference files of `tests/python/networks.py`, and the difference of tensors from them.

use super::generate::hashes;
use safetensors::SafeTensors;
use std::collections::HashMap;
use std::path::PathBuf;

/// The bar: errors relative to a tensor's largest magnitude, or to its 2-norm, may be this large.
pub const TOLERANCE: f64 = 1e-4;

const FULL: usize = 160;
const PROJECTIONS: usize = 8;
const SAMPLES: usize = 64;

/// A file of `tests/reference`.
pub fn path(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "reference", file].iter().collect()
}

/// PyTorch's results for one case, in float64.
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

    /// The losses of the outputs of a network whose tensors are stored for each of them; see [`super::targets`].
    pub fn outputs(&self) -> Option<&str> {
        self.settings.get("outputs").map(String::as_str)
    }

    /// Whether the script froze the module that the tensor `name` belongs to.
    pub fn is_frozen(&self, name: &str) -> bool {
        let lies_in = |module: &str| name.strip_prefix(module).is_some_and(|rest| rest.starts_with('.'));
        self.settings.get("frozen").is_some_and(|modules| modules.split(',').any(lies_in))
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

    /// The difference of `x` from the tensor that is stored under `name`.
    ///
    /// A projection is a sum of all elements with hashed signs, so its error is about the 2-norm of the whole tensor's
    /// error, and no wrong element hides.
    pub fn error(&self, name: &str, x: &[f32]) -> Difference {
        let stored = self.tensor(name);
        if !is_print(name, x.len()) {
            assert_eq!(stored.len(), x.len(), "`{name}` has another length in the reference");
            let largest = stored.iter().fold(0.0f64, |m, y| m.max(y.abs()));
            return Difference::of(x.iter().map(|&x| f64::from(x)), stored, largest);
        }
        assert_eq!(stored.len(), 2 + PROJECTIONS + SAMPLES, "`{name}` has no print in the reference");
        let (largest, norm) = (stored[0], stored[1]);
        let (sums, samples) = stored[2..].split_at(PROJECTIONS);
        let len = x.len() as u64;
        let chosen = hashes(&format!("samples/{name}")).take(SAMPLES).map(|h| f64::from(x[(h % len) as usize]));
        let whole = Difference::of(projections(name, x).into_iter(), sums, norm);
        let elements = Difference::of(chosen, samples, largest);
        Difference { relative: whole.relative.max(elements.relative), square: whole.square / PROJECTIONS as f64 }
    }
}

/// The difference of a tensor from its reference.
#[derive(Clone, Copy, Debug)]
pub struct Difference {
    /// The largest error: of an element relative to the tensor's largest magnitude, or of a projection relative to its
    /// 2-norm. It is infinite if there is a NaN.
    pub relative: f64,
    /// The square of the error's 2-norm, estimated from the projections where there are some.
    pub square: f64,
}

impl Difference {
    /// Compares element by element, relative to `scale`.
    fn of(got: impl Iterator<Item = f64>, want: &[f64], scale: f64) -> Self {
        let mut difference = Self { relative: 0.0, square: 0.0 };
        for (got, want) in got.zip(want) {
            let error = (got - want).abs();
            difference.square += error * error;
            let relative = match error {
                0.0 => 0.0, // also of a tensor of zeros
                _ if error.is_nan() => f64::INFINITY,
                _ => error / scale,
            };
            difference.relative = difference.relative.max(relative);
        }
        difference
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
