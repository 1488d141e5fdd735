//! Shape arithmetic alone, against windows counted one by one.

use crate::graph::partial::Partial;
use crate::graph::{Padding, Problem, WrittenWindow};
use crate::layers::join as joins;
use crate::layers::window::{Axis, EvenSame, WindowTooLarge, padding, pool, slide, subsample};

fn map(channels: usize, height: usize, width: usize) -> Partial {
    Partial::map([channels, height, width])
}

fn window(kernel: usize, stride: usize, padding: Padding, dilation: usize) -> WrittenWindow {
    WrittenWindow {
        kernel: Some([kernel; 2]),
        stride: Some([stride; 2]),
        padding: Some(padding),
        dilation: Some([dilation; 2]),
        ceil: Some(false),
    }
}

/// The places at which a window lies wholly in the padded map.
fn counted(size: usize, kernel: usize, stride: usize, padding: usize, dilation: usize) -> usize {
    let padded = size + 2 * padding;
    (0..padded).step_by(stride).filter(|start| start + dilation * (kernel - 1) < padded).count()
}

#[test]
fn output_sizes_are_the_number_of_windows() {
    for size in 1..12 {
        for kernel in 1..6 {
            for (stride, pad, dilation) in [(1, 0, 1), (2, 0, 1), (2, 1, 1), (3, 2, 1), (1, 1, 2), (2, 3, 3), (7, 0, 1)]
            {
                let spec = window(kernel, stride, Padding::Sizes([pad; 2]), dilation);
                let (shape, problems) = slide(map(4, size, size), &spec);
                let windows = counted(size, kernel, stride, pad, dilation);
                let expected = (windows > 0).then_some(windows);
                assert_eq!(shape.height, expected, "{size} {spec:?}");
                assert_eq!(problems.is_empty(), windows > 0);
                assert_eq!(shape.channels, Some(4));
            }
        }
    }
}

/// Kernel, stride and padding, and the sizes that PyTorch 2.15 makes of 1 to 9 with `max_pool2d(.., ceil_mode=True)`; 0 where it
/// refuses. Of kernels up to 5, strides up to 4 and every padding: those where rounding down differs.
#[test]
fn sizes_rounded_up_are_pytorchs() {
    let expected = [
        ([2, 2, 0], [1, 1, 2, 2, 3, 3, 4, 4, 5]),
        ([2, 3, 0], [1, 1, 1, 2, 2, 2, 3, 3, 3]),
        ([2, 4, 0], [1, 1, 1, 1, 2, 2, 2, 2, 3]),
        ([3, 2, 0], [0, 1, 1, 2, 2, 3, 3, 4, 4]),
        ([3, 2, 1], [1, 2, 2, 3, 3, 4, 4, 5, 5]),
        ([3, 3, 0], [1, 1, 1, 2, 2, 2, 3, 3, 3]),
        ([3, 3, 1], [1, 1, 2, 2, 2, 3, 3, 3, 4]),
        ([3, 4, 0], [1, 1, 1, 1, 2, 2, 2, 2, 3]),
        ([3, 4, 1], [1, 1, 1, 2, 2, 2, 2, 3, 3]),
        ([4, 2, 0], [0, 0, 1, 1, 2, 2, 3, 3, 4]),
        ([4, 2, 1], [1, 1, 2, 2, 3, 3, 4, 4, 5]),
        ([4, 2, 2], [2, 2, 3, 3, 4, 4, 5, 5, 6]),
        ([4, 3, 0], [0, 1, 1, 1, 2, 2, 2, 3, 3]),
        ([4, 3, 1], [1, 1, 2, 2, 2, 3, 3, 3, 4]),
        ([4, 3, 2], [1, 2, 2, 2, 3, 3, 3, 4, 4]),
        ([4, 4, 0], [1, 1, 1, 1, 2, 2, 2, 2, 3]),
        ([4, 4, 1], [1, 1, 1, 2, 2, 2, 2, 3, 3]),
        ([4, 4, 2], [1, 1, 2, 2, 2, 2, 3, 3, 3]),
        ([5, 2, 0], [0, 0, 0, 1, 1, 2, 2, 3, 3]),
        ([5, 2, 1], [0, 1, 1, 2, 2, 3, 3, 4, 4]),
        ([5, 2, 2], [1, 2, 2, 3, 3, 4, 4, 5, 5]),
        ([5, 3, 0], [0, 0, 1, 1, 1, 2, 2, 2, 3]),
        ([5, 3, 1], [1, 1, 1, 2, 2, 2, 3, 3, 3]),
        ([5, 3, 2], [1, 2, 2, 2, 3, 3, 3, 4, 4]),
        ([5, 4, 0], [0, 1, 1, 1, 1, 2, 2, 2, 2]),
        ([5, 4, 1], [1, 1, 1, 2, 2, 2, 2, 3, 3]),
        ([5, 4, 2], [1, 1, 2, 2, 2, 2, 3, 3, 3]),
    ];
    for kernel in 1..6 {
        for (stride, pad) in (1..5).flat_map(|stride| (0..=kernel / 2).map(move |pad| (stride, pad))) {
            let down = window(kernel, stride, Padding::Sizes([pad; 2]), 1);
            let up = WrittenWindow { ceil: Some(true), ..down };
            let side = |size: usize, window: &WrittenWindow| pool(map(1, size, size), window).0.width.unwrap_or(0);
            let sizes = |window: &WrittenWindow| (1..10).map(|size| side(size, window)).collect::<Vec<_>>();
            let row = expected.iter().find(|(of, _)| *of == [kernel, stride, pad]);
            let row = row.map_or_else(|| sizes(&down), |(_, sizes)| sizes.to_vec());
            assert_eq!(sizes(&up), row, "{up:?}");
        }
    }
    let unknown = WrittenWindow { ceil: None, ..window(3, 2, Padding::Valid, 1) };
    let (shape, problems) = pool(map(4, 8, 8), &unknown);
    assert_eq!((shape.height, shape.width, problems.len()), (None, None, 0));
}

#[test]
fn same_padding_divides_the_size_by_the_stride() {
    for (size, kernel, stride, dilation) in [(32, 3, 1, 1), (33, 5, 2, 1), (7, 7, 3, 1), (8, 3, 2, 4), (1, 9, 1, 2)] {
        let (shape, _) = slide(map(1, size, size), &window(kernel, stride, Padding::Same, dilation));
        assert_eq!(shape.width, Some(size.div_ceil(stride)));
    }
    assert_eq!(padding(&window(7, 2, Padding::Same, 1)), Some([3, 3]));
    assert_eq!(padding(&window(3, 1, Padding::Same, 4)), Some([4, 4]));
    assert_eq!(slide(map(1, 8, 8), &window(2, 1, Padding::Same, 1)).1, [EvenSame.into()]);
}

#[test]
fn a_window_larger_than_the_map_is_one_problem() {
    let problem = WindowTooLarge { axis: Axis::Height, extent: 5, padded: 4 }.into();
    assert_eq!(slide(map(1, 4, 3), &window(5, 1, Padding::Valid, 1)).1, [problem]);
}

#[test]
fn unknown_sizes_stay_unknown_and_silent() {
    let (shape, problems) = slide(Partial::UNKNOWN, &window(3, 1, Padding::Same, 1));
    assert_eq!((shape.height, shape.width, shape.flat), (None, None, Some(false)));
    assert!(problems.is_empty());
    let half = Partial { height: None, ..map(8, 0, 5) };
    assert_eq!(joins::add(&[half, map(8, 4, 5)]), (map(8, 4, 5), vec![]));
    assert_eq!(joins::add(&[half, map(9, 4, 5)]).1, [Problem::Operand { index: 1, reference: 0 }]);
}

#[test]
fn sums_need_one_shape_and_blame_the_odd_one() {
    let (a, b) = (map(8, 4, 4), map(8, 2, 2));
    assert_eq!(joins::add(&[a, a, a]), (a, vec![]));
    assert_eq!(joins::add(&[a, b]).1, [Problem::Operand { index: 1, reference: 0 }]);
    assert_eq!(joins::add(&[b, a, a]).1, [Problem::Operand { index: 0, reference: 1 }]);
    // What all agree on stays known, the rest is hidden.
    let unsure = Partial { height: None, width: None, ..a };
    assert_eq!(joins::add(&[a, b]).0, unsure);
    let vector = Partial::vector(Some(8));
    assert_eq!(joins::add(&[map(8, 1, 1), vector]).1.len(), 1);
}

#[test]
fn products_take_values_of_one_shape_and_one_number_a_channel() {
    let (map_, gate, vector) = (map(8, 4, 5), map(8, 1, 1), Partial::vector(Some(8)));
    for factors in [vec![map_, map_], vec![map_, gate], vec![gate, map_], vec![vector, map_, gate, map_]] {
        assert_eq!(joins::multiply(&factors), (map_, vec![]), "{factors:?}");
    }
    assert_eq!(joins::multiply(&[gate, gate]), (gate, vec![]));
    assert_eq!(joins::multiply(&[vector, gate]), (vector, vec![]));
    let other = Problem::Operand { index: 0, reference: 1 };
    assert_eq!(joins::multiply(&[map(9, 1, 1), map_]).1, [other]);
    let smaller = Problem::Operand { index: 1, reference: 0 };
    assert_eq!(joins::multiply(&[map_, map(8, 2, 5)]), (Partial { height: None, ..map_ }, vec![smaller.clone()]));
    assert_eq!(joins::multiply(&[map_, Partial::vector(Some(3)), gate]).1, [smaller]);
    let unsure = Partial { height: None, ..map_ };
    assert_eq!(joins::multiply(&[unsure, gate]), (unsure, vec![]));
}

#[test]
fn concatenation_adds_channels_and_needs_one_height_and_width() {
    assert_eq!(joins::concat(&[map(3, 4, 5), map(20, 4, 5), map(1, 4, 5)]), (map(24, 4, 5), vec![]));
    let (shape, problems) = joins::concat(&[map(3, 4, 5), map(5, 2, 5)]);
    assert_eq!(problems, [Problem::Operand { index: 1, reference: 0 }]);
    assert_eq!(shape, Partial { height: None, ..map(8, 0, 5) });
    let both = joins::concat(&[Partial::vector(Some(3)), Partial::vector(Some(4))]);
    assert_eq!(both, (Partial::vector(Some(7)), vec![]));
}

#[test]
fn subsampling_is_a_strided_1x1_window() {
    for size in 1..20 {
        for stride in 1..5 {
            let (expected, _) = slide(map(3, size, size), &window(1, stride, Padding::Valid, 1));
            assert_eq!(subsample(map(3, size, size), Some([stride; 2])), expected);
        }
    }
}
