//! Computes the weights, images and labels of `tests/python/networks.py`, bit for bit, so that they need not be stored.

/// FNV-1a, 64 bits.
pub fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, byte| (h ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}

/// 64-bit hashes: SplitMix64's output function over FNV-1a of `key` plus a Weyl sequence.
pub fn hashes(key: &str) -> impl Iterator<Item = u64> + use<> {
    let start = fnv(key);
    (1..).map(move |i: u64| {
        let z = start.wrapping_add(i.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// Numbers in [-1, 1), exact multiples of 2^-23.
pub fn uniform(key: &str) -> impl Iterator<Item = f32> + use<> {
    hashes(key).map(|h| (h >> 40) as f32 / 8_388_608.0 - 1.0)
}

/// The kind of a tensor in a state dict. It decides the generated values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Weights of a convolution or linear layer, with their fan-in.
    Weight(usize),
    /// Bias of a convolution or linear layer, and running means.
    Bias,
    /// Scale of a batch norm.
    Scale,
    /// Bias of a batch norm.
    Shift,
    /// Running variance.
    Variance,
}

impl Kind {
    /// The kind by name and shape, as in the script. `normalised` says whether the layer has running statistics.
    pub fn of(name: &str, shape: &[usize], normalised: bool) -> Self {
        match name.rsplit('.').next() {
            _ if shape.len() > 1 => Self::Weight(shape[1..].iter().product()),
            Some("running_var") => Self::Variance,
            Some("weight") => Self::Scale,
            Some("bias") if normalised => Self::Shift,
            _ => Self::Bias,
        }
    }
}

/// `len` starting values of the tensor `name`; `shift` moves the biases of batch norms to either side of zero.
pub fn tensor(seed: &str, name: &str, kind: Kind, len: usize, shift: f32) -> Vec<f32> {
    let numbers = uniform(&format!("{seed}/{name}")).take(len);
    match kind {
        Kind::Weight(fan_in) => {
            let bound = (6.0 / fan_in as f64).sqrt() as f32;
            numbers.map(|u| bound * u).collect()
        }
        Kind::Variance => numbers.map(|u| 1.0 + 0.5 * u).collect(),
        Kind::Scale => numbers.map(|u| 1.0 + 0.25 * u).collect(),
        Kind::Shift => numbers.map(|u| shift.copysign(u) + 0.25 * u).collect(),
        Kind::Bias => numbers.map(|u| 0.0f32.copysign(u) + 0.25 * u).collect(),
    }
}

/// `len` floats of images with variance 1.
pub fn images(seed: &str, len: usize) -> Vec<f32> {
    numbers(&format!("{seed}/images"), len)
}

/// `len` floats with variance 1.
pub fn numbers(key: &str, len: usize) -> Vec<f32> {
    let bound = 3f64.sqrt() as f32;
    uniform(key).take(len).map(|u| bound * u).collect()
}

/// `count` classes.
pub fn labels(key: &str, count: usize, classes: usize) -> Vec<u32> {
    hashes(key).take(count).map(|h| (h % classes as u64) as u32).collect()
}

/// `len` answers: 1 for yes, 0 for no.
pub fn answers(key: &str, len: usize) -> Vec<f32> {
    hashes(key).take(len).map(|h| (h & 1) as f32).collect()
}
