//! Reads the reference files that the scripts in `tests/python` made.

use safetensors::SafeTensors;

/// A file of `tests/reference`.
pub struct Reference(Vec<u8>);

impl Reference {
    pub fn open(name: &str) -> Self {
        let path = format!("{}/../tests/reference/{name}.safetensors", env!("CARGO_MANIFEST_DIR"));
        Self(std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}")))
    }

    fn numbers<T, const BYTES: usize>(&self, name: &str, decode: fn([u8; BYTES]) -> T) -> Vec<T> {
        let file = SafeTensors::deserialize(&self.0).expect("a safetensors file");
        let tensor = file.tensor(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(tensor.dtype().bitsize(), 8 * BYTES, "{name}");
        tensor.data().as_chunks().0.iter().map(|&bytes| decode(bytes)).collect()
    }

    #[allow(dead_code, reason = "each test file uses some of these")]
    pub fn f32(&self, name: &str) -> Vec<f32> {
        self.numbers(name, f32::from_le_bytes)
    }

    #[allow(dead_code, reason = "each test file uses some of these")]
    pub fn f64(&self, name: &str) -> Vec<f64> {
        self.numbers(name, f64::from_le_bytes)
    }

    #[allow(dead_code, reason = "each test file uses some of these")]
    pub fn u32(&self, name: &str) -> Vec<u32> {
        self.numbers(name, u32::from_le_bytes)
    }
}
