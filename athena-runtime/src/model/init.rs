//! Random numbers for parameters: small, seeded, and the same on every machine with the same mathematics library.

use crate::ops::Init;

/// SplitMix64 (Steele, Lea and Flood 2014): a counter through a mixing function, so that any seed starts a stream of its own.
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream number `index` of `seed`.
    #[must_use]
    pub fn new(seed: u64, index: u64) -> Self {
        // Mixed twice, so that neighbouring seeds and indices start far apart.
        Self { state: mix(mix(seed) ^ index) }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// Uniform in [0, 1).
    fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Normal of mean 0 and variance 1 (Box and Muller 1958).
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// `len` numbers drawn as `init` says for a layer of these fans.
pub fn draw(init: Init, len: usize, fan_in: usize, fan_out: usize, stream: &mut Stream) -> Vec<f32> {
    let (fan_in, fan_out) = (fan_in as f64, fan_out as f64);
    let normal = |variance: f64, stream: &mut Stream| -> Vec<f32> {
        (0..len).map(|_| (variance.sqrt() * stream.normal()) as f32).collect()
    };
    let uniform = |bound: f64, stream: &mut Stream| -> Vec<f32> {
        (0..len).map(|_| (bound * (2.0 * stream.uniform() - 1.0)) as f32).collect()
    };
    match init {
        Init::HeNormal => normal(2.0 / fan_in, stream),
        Init::HeUniform => uniform((6.0 / fan_in).sqrt(), stream),
        Init::XavierNormal => normal(2.0 / (fan_in + fan_out), stream),
        Init::XavierUniform => uniform((6.0 / (fan_in + fan_out)).sqrt(), stream),
        Init::LecunUniform => uniform(1.0 / fan_in.sqrt(), stream),
        Init::Zeros => vec![0.0; len],
        Init::Ones => vec![1.0; len],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(numbers: &[f32]) -> (f64, f64, f64) {
        let n = numbers.len() as f64;
        let mean = numbers.iter().map(|&x| f64::from(x)).sum::<f64>() / n;
        let moment = |k: i32| numbers.iter().map(|&x| (f64::from(x) - mean).powi(k)).sum::<f64>() / n;
        (mean, moment(2), moment(4))
    }

    #[test]
    fn draws_have_the_moments_of_their_distributions() {
        let (len, fan_in, fan_out) = (200_000, 144, 288);
        let cases: [(Init, f64, f64); 5] = [
            (Init::HeNormal, 2.0 / 144.0, 3.0),
            (Init::HeUniform, 2.0 / 144.0, 1.8),
            (Init::XavierNormal, 2.0 / 432.0, 3.0),
            (Init::XavierUniform, 2.0 / 432.0, 1.8),
            (Init::LecunUniform, 1.0 / (3.0 * 144.0), 1.8),
        ];
        for (init, variance, kurtosis) in cases {
            let (mean, second, fourth) = moments(&draw(init, len, fan_in, fan_out, &mut Stream::new(7, 3)));
            assert!(mean.abs() < 0.01 * variance.sqrt(), "{init:?}: mean {mean}");
            assert!((second / variance - 1.0).abs() < 0.02, "{init:?}: variance {second}");
            assert!((fourth / second.powi(2) / kurtosis - 1.0).abs() < 0.03, "{init:?}: {fourth}");
        }
        assert_eq!(draw(Init::Ones, 2, 1, 1, &mut Stream::new(0, 0)), [1.0, 1.0]);
        assert_eq!(draw(Init::Zeros, 2, 1, 1, &mut Stream::new(0, 0)), [0.0, 0.0]);
    }

    #[test]
    fn streams_are_their_own() {
        let first = |seed, index| draw(Init::HeNormal, 4, 1, 1, &mut Stream::new(seed, index));
        assert_eq!(first(1, 2), first(1, 2));
        assert_ne!(first(1, 2), first(1, 3));
        assert_ne!(first(1, 2), first(2, 2));
        assert_ne!(first(1, 2), first(2, 1));
    }
}
