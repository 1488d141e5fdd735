//! Compares the bits of the generator with published ones, and its values with their distributions.
//!
//! Every bound is a number of standard errors of the statistic, five by default: one correct generator in a million would fail it.

use super::*;

const NORMAL: Law = Law::Normal { deviation: 1.0 };
const UNIFORM: Law = Law::Uniform { bound: 1.0 };

/// The first `len` numbers of a parameter.
fn drawn(law: Law, seed: u64, index: u64, len: usize) -> Vec<f64> {
    let mut numbers = vec![f32::NAN; len];
    Stream::new(seed, index).draw(Isa::active().unwrap(), law, 0, &mut numbers);
    numbers.into_iter().map(f64::from).collect()
}

/// The normal distribution function (Marsaglia 2004): 1/2 + density * (x + x^3/3 + x^5/(3 5) + ...).
fn normal_below(x: f64) -> f64 {
    if x.abs() > 8.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut sum, mut term, mut odd) = (0.0, x, 1.0);
    while sum + term != sum {
        sum += term;
        odd += 2.0;
        term *= x * x / odd;
    }
    0.5 + sum * (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt()
}

/// How much of the law lies below `x`.
fn below(law: Law, x: f64) -> f64 {
    match law {
        Law::Normal { .. } => normal_below(x),
        Law::Uniform { .. } => (x + 1.0) / 2.0,
    }
}

#[test]
fn the_words_are_those_of_the_reference() {
    // The known answers of Random123, by the authors of Philox, for philox4x32 with 10 rounds.
    let known = [
        ([0; 4], [0; 2], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
        ([u32::MAX; 4], [u32::MAX; 2], [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]),
        (
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0],
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
        ),
    ];
    for (counter, key, expected) in known {
        assert_eq!(philox(counter, key), expected);
    }
}

#[test]
fn numbers_are_what_their_words_say_in_exact_arithmetic() {
    let len = 40 * GROUP;
    let words = |element: usize| {
        let counter = (element / GROUP * COUNTERS + element % COUNTERS) as u32;
        philox([counter, 0, 5, 0], [0x5678_9abc, 0x1234]).map(f64::from)
    };
    let (normal, uniform) = (drawn(NORMAL, 0x1234_5678_9abc, 5, len), drawn(UNIFORM, 0x1234_5678_9abc, 5, len));
    for element in 0..len {
        let (words, place) = (words(element), element % GROUP / COUNTERS);
        let signed = if words[place] < 2_f64.powi(31) { words[place] } else { words[place] - 2_f64.powi(32) };
        assert_eq!(uniform[element], (signed / 256.0).floor() / 2_f64.powi(23));

        let u = ((words[place / 2 * 2] / 2.0).floor() + 0.5) / 2_f64.powi(31);
        let (distance, angle) =
            ((-2.0 * u.ln()).sqrt(), words[place / 2 * 2 + 1] / 2_f64.powi(32) * std::f64::consts::TAU);
        let expected = distance * if place.is_multiple_of(2) { angle.cos() } else { angle.sin() };
        // u is rounded to 2^-25 of itself, which moves the distance by that over the distance; the rest are a few roundings.
        let tolerance = 2_f64.powi(-25) / distance + 4e-7 * distance;
        assert!((normal[element] - expected).abs() < tolerance, "{element}: {} and {expected}", normal[element]);
    }
}

#[test]
fn the_angles_reach_all_around_and_the_distances_never_fail() {
    for step in 0..=u32::MAX / 4099 {
        let word = step * 4099;
        let ([cosine, sine], angle) = (direction(word), f64::from(word) / 2_f64.powi(32) * std::f64::consts::TAU);
        assert!(
            (f64::from(cosine) - angle.cos()).abs() < 2e-7 && (f64::from(sine) - angle.sin()).abs() < 2e-7,
            "{word}"
        );
    }
    for word in [0, 1, 2, u32::MAX - 1, u32::MAX, 1 << 31] {
        assert!((0.0..6.7).contains(&distance(word)), "{word}: {}", distance(word));
    }
}

#[test]
fn any_part_is_a_part_of_the_whole_on_every_instruction_set() {
    let stream = Stream::new(3, 1);
    for law in [NORMAL, UNIFORM, Law::Normal { deviation: 0.02 }] {
        let mut whole = vec![f32::NAN; 5 * GROUP];
        stream.draw(Isa::Portable(crate::isa::Portable), law, 0, &mut whole);
        for isa in Isa::available() {
            for (first, len) in [(0, 5 * GROUP), (1, 3), (0, 1), (255, 2), (256, 256), (200, 900), (511, 0), (300, 20)]
            {
                let mut part = vec![f32::NAN; len];
                stream.draw(isa, law, first, &mut part);
                assert_eq!(part, whole[first..first + len], "{law:?} from {first} on {}", isa.name());
            }
        }
    }
}

#[test]
fn moments_are_those_of_the_law() {
    let n = 1 << 20;
    for seed in 0..4 {
        for (law, [second, fourth, sixth, eighth]) in
            [(NORMAL, [1.0, 3.0, 15.0, 105.0]), (UNIFORM, [1.0 / 3.0, 1.0 / 5.0, 1.0 / 7.0, 1.0 / 9.0])]
        {
            let numbers = drawn(law, seed, 0, n);
            let mean_of = |power: i32| numbers.iter().map(|x| x.powi(power)).sum::<f64>() / n as f64;
            // The mean of x^k has the variance (E x^2k - (E x^k)^2) / n.
            let cases: [(i32, f64, f64); 4] = [
                (1, 0.0, second),
                (2, second, fourth - second * second),
                (3, 0.0, sixth),
                (4, fourth, eighth - fourth * fourth),
            ];
            for (power, expected, variance) in cases {
                let (found, error) = (mean_of(power), (variance / n as f64).sqrt());
                assert!((found - expected).abs() < 5.0 * error, "{law:?}, seed {seed}: mean of x^{power} is {found}");
            }
        }
    }
}

#[test]
fn the_distribution_is_that_of_the_law() {
    let n = 1 << 18;
    for (law, seed, index) in [NORMAL, UNIFORM].into_iter().flat_map(|law| (0..3).map(move |i| (law, i, 2 * i + 1))) {
        let mut numbers = drawn(law, seed, index, n);
        numbers.sort_unstable_by(f64::total_cmp);
        let step = 1.0 / n as f64;
        let distance = numbers.iter().enumerate().fold(0.0_f64, |most, (i, &x)| {
            let (expected, before) = (below(law, x), i as f64 * step);
            most.max(expected - before).max(before + step - expected)
        });
        // Kolmogorov and Smirnov: one sound sample in a thousand has more than 1.95 / sqrt(n).
        assert!(distance * (n as f64).sqrt() < 1.95, "{law:?}, seed {seed}: {distance}");
    }
}

#[test]
fn the_tails_are_as_long_as_they_should_be() {
    let n = 1 << 22;
    let numbers = drawn(NORMAL, 11, 4, n);
    for threshold in [2.0, 3.0, 4.0, 4.5] {
        for sign in [-1.0, 1.0] {
            let found = numbers.iter().filter(|x| sign * **x > threshold).count() as f64;
            let expected = n as f64 * normal_below(-threshold);
            assert!(
                (found - expected).abs() < 5.0 * expected.sqrt(),
                "{found} beyond {sign} * {threshold}: {expected}"
            );
        }
    }
}

/// Refuses two samples that tell something about each other: by the correlation of the numbers, of their squares and of a number with
/// the other's square, and by a table of eight times eight equally likely cells.
fn assert_independent(law: Law, a: &[f64], b: &[f64], what: &str) {
    let n = a.len().min(b.len());
    let place = |x: f64| below(law, x) - 0.5;
    let (even, odd) = (|x: f64| place(x).powi(2) - 1.0 / 12.0, place);
    // Of a uniform number in [-1/2, 1/2]: the variance is 1/12, and that of its square 1/80 - 1/144.
    let (even_variance, odd_variance): (f64, f64) = (1.0 / 80.0 - 1.0 / 144.0, 1.0 / 12.0);
    let sums = a.iter().zip(b).fold([0.0; 4], |[p, q, r, s], (&a, &b)| {
        [p + odd(a) * odd(b), q + even(a) * even(b), r + odd(a) * even(b), s + even(a) * odd(b)]
    });
    let both = (even_variance * odd_variance).sqrt();
    for (sum, scale) in sums.into_iter().zip([odd_variance, even_variance, both, both]) {
        let correlation = sum / scale / n as f64;
        assert!(correlation.abs() * (n as f64).sqrt() < 5.0, "{what}: a correlation of {correlation}");
    }
    let mut cells = [[0.0; 8]; 8];
    let cell = |x: f64| ((place(x) + 0.5) * 8.0).clamp(0.0, 7.0) as usize;
    a.iter().zip(b).for_each(|(&a, &b)| cells[cell(a)][cell(b)] += 1.0);
    let expected = n as f64 / 64.0;
    let square: f64 = cells.iter().flatten().map(|found| (found - expected).powi(2) / expected).sum();
    // Chi-square of 63 degrees of freedom: mean 63, variance 126; six standard deviations, since it leans to the right.
    assert!((square - 63.0).abs() < 6.0 * 126_f64.sqrt(), "{what}: chi-square {square}");
}

#[test]
fn neighbours_parameters_and_seeds_are_independent() {
    let n = 1 << 17;
    for law in [NORMAL, UNIFORM] {
        let numbers = drawn(law, 1, 0, n);
        // Neighbours, those of the next vectors, the two of a pair, the four of a counter, and the next group.
        for step in [1, 2, 3, 4, 7, 8, 16, 32, COUNTERS, 2 * COUNTERS, 3 * COUNTERS, GROUP, GROUP + 1, 9 * 16] {
            assert_independent(law, &numbers, &numbers[step..], &format!("{law:?}, {step} further on"));
        }
        let seeds = [0, 1, 2, 3, 1 << 32, u64::MAX];
        let others: Vec<(String, Vec<f64>)> = seeds
            .iter()
            .flat_map(|&seed| [0, 1, 2, 1 << 32].map(|index| (seed, index)))
            .map(|(seed, index)| (format!("seed {seed}, parameter {index}"), drawn(law, seed, index, n / 4)))
            .collect();
        for (i, (one, a)) in others.iter().enumerate() {
            for (another, b) in &others[..i] {
                assert_independent(law, a, b, &format!("{law:?}, {one} and {another}"));
            }
        }
    }
}
