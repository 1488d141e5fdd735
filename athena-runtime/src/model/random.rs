//! Random initial values. Each value is a function of seed, parameter and element only, so threads can draw them in any order.
//!
//! The bits come from Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), which turns a counter and a key into four words; the key is the
//! seed, and the counter the parameter and the element. The words become floats by basic arithmetic and square roots, whose results IEEE 754
//! defines exactly, and without a library's logarithm or cosine. So the same seed gives the same bits on every machine and instruction set. No
//! operation depends on another lane, so the compiler can vectorise them.

use crate::isa::{Isa, Kernel, Simd};

/// The number of counters that are computed together. Element `e` of a parameter is word `e / COUNTERS % 4` of the counter
/// `e / GROUP * COUNTERS + e % COUNTERS`, so that neighbouring elements are neighbouring lanes of a vector.
const COUNTERS: usize = 64;
/// The number of values that these counters give.
const GROUP: usize = 4 * COUNTERS;

/// The random values of one parameter.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    key: [u32; 2],
    /// The upper half of the counters: which parameter.
    parameter: [u32; 2],
}

/// The distribution that values are drawn from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Law {
    /// Normal with mean 0.
    Normal {
        /// The standard deviation.
        deviation: f32,
    },
    /// Uniform in `[-bound, bound)`.
    Uniform {
        /// The bound.
        bound: f32,
    },
}

impl Stream {
    /// The random values of parameter `index` for `seed`.
    pub fn new(seed: u64, index: u64) -> Self {
        Self { key: halves(seed), parameter: halves(index) }
    }

    /// Draws the values from element `first` on.
    pub fn draw(&self, isa: Isa, law: Law, first: usize, to: &mut [f32]) {
        let before = first.next_multiple_of(GROUP).min(first + to.len()) - first;
        let (start, rest) = to.split_at_mut(before);
        let (groups, end) = rest.as_chunks_mut::<GROUP>();
        let group = (first + before) / GROUP;
        if !start.is_empty() {
            self.draw_within(isa, law, first / GROUP, first % GROUP, start);
        }
        self.draw_within(isa, law, group + groups.len(), 0, end);
        isa.call(Draw { stream: *self, law, first: group as u64, to: groups });
    }

    /// Draws a part of one group.
    fn draw_within(&self, isa: Isa, law: Law, group: usize, first: usize, to: &mut [f32]) {
        let mut whole = [[0.0; GROUP]];
        isa.call(Draw { stream: *self, law, first: group as u64, to: &mut whole });
        to.copy_from_slice(&whole[0][first..][..to.len()]);
    }
}

fn halves(x: u64) -> [u32; 2] {
    [x as u32, (x >> 32) as u32]
}

/// Draws whole groups.
struct Draw<'a> {
    stream: Stream,
    law: Law,
    first: u64,
    to: &'a mut [[f32; GROUP]],
}

impl Kernel for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn run<S: Simd>(self, _: S) {
        let mut words = [[0; COUNTERS]; 4];
        for (group, to) in self.to.iter_mut().enumerate() {
            fill_words(&self.stream, self.first + group as u64, &mut words);
            let [a, b, c, d] = &words;
            match (self.law, to.as_chunks_mut::<COUNTERS>().0) {
                (Law::Normal { deviation }, [w, x, y, z]) => {
                    normal_pairs([a, b], deviation, [w, x]);
                    normal_pairs([c, d], deviation, [y, z]);
                }
                (Law::Uniform { bound }, parts) => {
                    for (words, to) in words.iter().zip(parts) {
                        uniform(words, bound, to);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Computes the four words of each counter of a group.
#[inline(always)]
fn fill_words(stream: &Stream, group: u64, [w, x, y, z]: &mut [[u32; COUNTERS]; 4]) {
    // Its lowest bits are zero, so the lower half of the counter has no carry.
    let [low, high] = halves(group.wrapping_mul(COUNTERS as u64));
    for i in 0..COUNTERS {
        let counter = [low | i as u32, high, stream.parameter[0], stream.parameter[1]];
        [w[i], x[i], y[i], z[i]] = philox(counter, stream.key);
    }
}

/// Philox4x32-10 (Salmon et al. 2011, section 3.3 and table 2).
#[inline(always)]
fn philox([mut a, mut b, mut c, mut d]: [u32; 4], [mut k, mut l]: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let ([p, p_high], [q, q_high]) = (halves(u64::from(a) * 0xd251_1f53), halves(u64::from(c) * 0xcd9e_8d57));
        [a, b, c, d] = [q_high ^ b ^ k, q, p_high ^ d ^ l, p];
        (k, l) = (k.wrapping_add(0x9e37_79b9), l.wrapping_add(0xbb67_ae85));
    }
    [a, b, c, d]
}

/// Makes uniform values with 24 random bits each.
#[inline(always)]
fn uniform(words: &[u32; COUNTERS], bound: f32, to: &mut [f32; COUNTERS]) {
    for (word, to) in words.iter().zip(to) {
        *to = (*word as i32 >> 8) as f32 * (1.0 / (1 << 23) as f32) * bound;
    }
}

/// Makes two normal values of two uniform ones (Box and Muller 1958): the coordinates of a point. Its distance from the origin comes from the
/// first value, and its direction from the second.
#[inline(always)]
fn normal_pairs([distances, directions]: [&[u32; COUNTERS]; 2], deviation: f32, [x, y]: [&mut [f32; COUNTERS]; 2]) {
    for i in 0..COUNTERS {
        let distance = deviation * distance(distances[i]);
        let [cosine, sine] = direction(directions[i]);
        (x[i], y[i]) = (distance * cosine, distance * sine);
    }
}

/// `sqrt(-2 ln u)`, where `u` is a uniform number in (0, 1], an odd multiple of 2^-32 before it is rounded.
#[inline(always)]
fn distance(word: u32) -> f32 {
    let u = (word >> 1) as i32 as f32 * (1.0 / (1_u32 << 31) as f32) + 0.5 / (1_u32 << 31) as f32;
    // u = m * 2^e, m between the square roots of 1/2 and 2.
    let root = std::f32::consts::FRAC_1_SQRT_2.to_bits();
    let e = u.to_bits().wrapping_sub(root) as i32 >> 23;
    let m = f32::from_bits(u.to_bits().wrapping_sub((e as u32) << 23));
    // ln m = 2 artanh s = 2 (s + s^3 / 3 + s^5 / 5 + ...), |s| < 0.172: the next term is below 1e-9 of the whole.
    let s = (m - 1.0) / (m + 1.0);
    let t = s * s;
    let tail = (((1.0 / 9.0 * t + 1.0 / 7.0) * t + 1.0 / 5.0) * t + 1.0 / 3.0) * t;
    let ln = 2.0 * (s * tail + s) + e as f32 * std::f32::consts::LN_2;
    (-2.0 * ln).sqrt()
}

/// Cosine and sine of `word / 2^32` turns.
#[inline(always)]
fn direction(word: u32) -> [f32; 2] {
    // The nearest quarter turn, and the remainder, which is at most an eighth of a turn.
    let quarter = word.wrapping_add(1 << 29) >> 30;
    let rest = word.wrapping_sub(quarter << 30) as i32 as f32;
    let x = rest * (std::f64::consts::TAU / (1_u64 << 32) as f64) as f32;
    // Taylor: the next terms are below 2e-9 and 3e-8.
    let t = x * x;
    let sine = (((1.0 / 362_880.0 * t - 1.0 / 5040.0) * t + 1.0 / 120.0) * t - 1.0 / 6.0) * t * x + x;
    let cosine = (((1.0 / 40_320.0 * t - 1.0 / 720.0) * t + 1.0 / 24.0) * t - 0.5) * t + 1.0;
    let (along, across) = if quarter & 1 == 1 { (sine, cosine) } else { (cosine, sine) };
    // The cosine is negative in the quarters 1 and 2, the sine in 2 and 3.
    let negated = |x: f32, bit: u32| f32::from_bits(x.to_bits() ^ (bit & 2) << 30);
    [negated(along, quarter + 1), negated(across, quarter)]
}

#[cfg(test)]
mod tests;
