//! Steps that move numbers.

use super::*;
use crate::kernels::reshape::{
    add, concat_backward, concat_part, flatten, flatten_backward, load, pad, pad_backward, subsample,
    subsample_backward,
};
use crate::ops::PadMode;

#[test]
fn images_are_loaded() {
    for e in sizes() {
        let image = random(1, numbers(&e));
        let mut y = garbage(&e);
        load(&image, &mut y, &e);
        assert_eq!(unpack(&y, &e), wide(&image));
    }
}

#[test]
fn maps_are_copied_and_added_under_other_halos() {
    for e in sizes() {
        let plain = random(1, numbers(&e));
        let xe = with_halo(e, [3, 1]);
        check_gradient(&e, &wide(&plain), 1e-6, "add", |y, write| add(&pack(&plain, &xe), &xe, y, &e, write));
    }
}

#[test]
fn a_flattened_map_is_in_the_order_of_its_array() {
    for e in sizes() {
        let plain = random(1, numbers(&e));
        let vector = extent(numbers(&e), 1, 1, [0, 0]);
        let mut y = garbage(&vector);
        flatten(&pack(&plain, &e), &e, &mut y, &vector);
        assert_eq!(unpack(&y, &vector), wide(&plain));
        check_gradient(&e, &wide(&plain), 1e-6, "flatten", |dx, write| {
            flatten_backward(&pack(&plain, &vector), &vector, dx, &e, write);
        });
    }
}

#[test]
fn parts_are_joined_along_channels() {
    for channels in [vec![16, 32], vec![3, 5], vec![17, 1, 30], vec![16, 7], vec![1], vec![40, 40]] {
        let whole = extent(channels.iter().sum(), 3, 5, [1, 1]);
        let (mut y, mut expected, mut first) = (garbage(&whole), Vec::new(), 0);
        for (i, &c) in channels.iter().enumerate() {
            let part = extent(c, 3, 5, [i, 2]);
            let plain = random(i as u64, numbers(&part));
            concat_part(&pack(&plain, &part), &part, &mut y, &whole, first);
            expected.extend(wide(&plain));
            first += c;
        }
        assert_eq!(unpack(&y, &whole), expected, "{channels:?}");
        let mut first = 0;
        for (i, &c) in channels.iter().enumerate() {
            let part = extent(c, 3, 5, [i, 1]);
            check_gradient(&part, &expected[first * 15..][..c * 15], 1e-6, "concat", |dx, write| {
                concat_backward(&y, &whole, first, dx, &part, write);
            });
            first += c;
        }
    }
}

/// Position `at - amount` of a line, as the documentation of PyTorch's pads describes it.
fn source(mode: PadMode, at: usize, amount: usize, length: usize) -> Option<usize> {
    let (at, last) = (at as isize - amount as isize, length as isize - 1);
    let inside = match mode {
        PadMode::Zeros if at < 0 || at > last => return None,
        PadMode::Reflect if at < 0 => -at,
        PadMode::Reflect if at > last => last - (at - last),
        PadMode::Replicate => at.clamp(0, last),
        _ => at,
    };
    Some(inside as usize)
}

#[test]
fn borders_are_zeros_reflections_or_repetitions() {
    for mode in [PadMode::Zeros, PadMode::Reflect, PadMode::Replicate] {
        for e in [extent(3, 5, 7, [1, 2]), extent(17, 4, 3, [0, 0])] {
            for amount in [[0, 0], [1, 2], [3, 1]] {
                let outer = extent(e.channels, e.height + 2 * amount[0], e.width + 2 * amount[1], [2, 1]);
                let padded = |x: &[f64]| -> Vec<f64> {
                    let number = |i: usize| {
                        let (c, y, x_) =
                            (i / outer.width / outer.height, i / outer.width % outer.height, i % outer.width);
                        let from = source(mode, y, amount[0], e.height).zip(source(mode, x_, amount[1], e.width));
                        from.map_or(0.0, |(y, x_)| x[(c * e.height + y) * e.width + x_])
                    };
                    (0..numbers(&outer)).map(number).collect()
                };
                let plain = random(1, numbers(&e));
                let mut y = garbage(&outer);
                pad(amount, mode, &pack(&plain, &e), &e, &mut y, &outer);
                assert_eq!(unpack(&y, &outer), padded(&wide(&plain)), "{mode:?} {e:?} {amount:?}");
                let dy = random(2, numbers(&outer));
                let expected = gradient(&wide(&plain), &wide(&dy), padded);
                check_gradient(&e, &expected, 2e-6, "pad", |dx, write| {
                    pad_backward(amount, mode, &pack(&dy, &outer), &outer, dx, &e, write);
                });
            }
        }
    }
}

/// The rows of `torch.nn.functional.pad(arange(3.), (2, 2), mode)`.
#[test]
fn a_row_is_padded_as_by_pytorch() {
    for (mode, expected) in [
        (PadMode::Zeros, [0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0]),
        (PadMode::Reflect, [2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0]),
        (PadMode::Replicate, [0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0]),
    ] {
        let (inner, outer) = (extent(1, 1, 3, [0, 0]), extent(1, 1, 7, [0, 0]));
        let mut y = garbage(&outer);
        pad([0, 2], mode, &pack(&[0.0, 1.0, 2.0], &inner), &inner, &mut y, &outer);
        assert_eq!(unpack(&y, &outer), expected);
    }
}

#[test]
fn shortcut_a_takes_every_other_pixel_and_adds_channels() {
    for (channels, wider) in [(16, 32), (3, 8), (17, 40), (5, 5)] {
        for stride in [[1, 1], [2, 2], [3, 2]] {
            let e = extent(channels, 5, 8, [1, 1]);
            let out = extent(wider, 5usize.div_ceil(stride[0]), 8usize.div_ceil(stride[1]), [0, 1]);
            let taken = |x: &[f64]| -> Vec<f64> {
                let number = |i: usize| {
                    let (c, y, x_) = (i / out.width / out.height, i / out.width % out.height, i % out.width);
                    let from = c.wrapping_sub((wider - channels) / 2);
                    if from < channels { x[(from * 5 + y * stride[0]) * 8 + x_ * stride[1]] } else { 0.0 }
                };
                (0..numbers(&out)).map(number).collect()
            };
            let plain = random(1, numbers(&e));
            let mut y = garbage(&out);
            subsample(stride, &pack(&plain, &e), &e, &mut y, &out);
            assert_eq!(unpack(&y, &out), taken(&wide(&plain)), "{channels} to {wider}, {stride:?}");
            let dy = random(2, numbers(&out));
            let expected = gradient(&wide(&plain), &wide(&dy), taken);
            check_gradient(&e, &expected, 2e-6, "subsample", |dx, write| {
                subsample_backward(stride, &pack(&dy, &out), &out, dx, &e, write);
            });
        }
    }
}
