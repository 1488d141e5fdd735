//! Masks: what they depend on, and how often they drop.

use super::*;
use crate::kernels::dropout::{Mask, backward, forward};

fn masked(isa: Isa, mask: &Mask, e: &Extent) -> Vec<f64> {
    let xe = with_halo(*e, [1, 0]);
    let mut y = garbage(e);
    forward(isa, mask, &pack(&vec![1.0; numbers(e)], &xe), &xe, &mut y, e);
    unpack(&y, e)
}

/// Masks are the same on each instruction set, as the first test finds.
fn best() -> Isa {
    Isa::active().unwrap()
}

#[test]
fn the_rest_is_scaled_and_the_gradient_has_the_same_mask() {
    on_each_isa(|isa| {
        for e in sizes() {
            let mask = Mask::new(0.25, 1, 2, 3, 4);
            let plain = random(1, numbers(&e));
            let mut y = garbage(&e);
            forward(isa, &mask, &pack(&plain, &e), &e, &mut y, &e);
            let (y, kept) = (unpack(&y, &e), masked(isa, &mask, &e));
            assert_eq!(kept, masked(best(), &mask, &e));
            for ((y, x), kept) in y.iter().zip(&plain).zip(&kept) {
                assert!(*kept == 0.0 || (kept - 4.0 / 3.0).abs() < 1e-7);
                assert!((y - f64::from(*x) * kept).abs() < 1e-6);
            }
            let (dye, dxe) = (with_halo(e, [0, 3]), with_halo(e, [2, 2]));
            check_gradient(&dxe, &y, 1e-6, "dropout", |dx, write| {
                backward(isa, &mask, &pack(&plain, &dye), &dye, dx, &dxe, write);
            });
        }
    });
}

#[test]
fn what_is_dropped_is_zero_even_if_it_was_infinite() {
    let e = extent(16, 8, 8, [0, 0]);
    let x = vec![f32::INFINITY; e.len()];
    for p in [0.5, 1.0] {
        let mut y = garbage(&e);
        forward(best(), &Mask::new(p, 0, 0, 0, 0), &x, &e, &mut y, &e);
        assert!(y.iter().all(|&y| y == 0.0 || (y.is_infinite() && p < 1.0)));
    }
}

#[test]
fn probabilities_are_kept() {
    let e = extent(32, 100, 100, [0, 0]);
    for p in [0.01, 0.1, 0.5, 0.9] {
        let dropped = masked(best(), &Mask::new(p, 7, 0, 0, 0), &e).iter().filter(|&&y| y == 0.0).count();
        let (n, p) = (numbers(&e) as f64, f64::from(p));
        let deviation = (dropped as f64 - n * p) / (n * p * (1.0 - p)).sqrt();
        assert!(deviation.abs() < 4.0, "{dropped} of {n} dropped at {p}");
    }
    assert!(masked(best(), &Mask::new(0.0, 7, 0, 0, 0), &e).iter().all(|&y| y == 1.0));
    assert!(masked(best(), &Mask::new(1.0, 7, 0, 0, 0), &e).iter().all(|&y| y == 0.0));
}

#[test]
fn masks_of_other_seeds_steps_layers_and_images_are_independent() {
    let e = extent(16, 100, 100, [0, 0]);
    let masks = [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0], [0, 2, 0, 0]].map(
        |[seed, step, layer, image]| masked(best(), &Mask::new(0.5, seed, step, layer as u32, image as usize), &e),
    );
    let n = numbers(&e) as f64;
    for (i, a) in masks.iter().enumerate() {
        for b in &masks[..i] {
            let both = a.iter().zip(b).filter(|(a, b)| (**a == 0.0) == (**b == 0.0)).count() as f64;
            assert!((both - n / 2.0).abs() < 2.0 * n.sqrt(), "{both} of {n} agree");
        }
        // Neighbours are independent, too: other lanes, other pixels.
        for distance in [1, 100, 10_000] {
            let same = a.iter().zip(&a[distance..]).filter(|(a, b)| a == b).count() as f64;
            let n = n - distance as f64;
            assert!((same - n / 2.0).abs() < 2.0 * n.sqrt(), "{same} of {n} agree at distance {distance}");
        }
    }
}
