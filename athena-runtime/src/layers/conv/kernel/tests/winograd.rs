//! Winograd's filtering against the same reference. Its errors are measured by the largest value of a result: the transforms mix
//! the values of a tile.

use super::cases::shape;
use super::checks::{Case, extent, finish};
use super::parts::assert_parts;
use super::{Random, block, reference, unblock, unpack};
use crate::isa::Isa;
use crate::layers::conv::kernel::winograd::{self, Algorithm, Direction, Image, Pair, choose};
use crate::layers::conv::kernel::{ConvShape, Epilogue};
use crate::layout::{Extent, MapMut, MapRef, padded};
use crate::ops::{Activation, Write};

/// Input, outputs, padding, images of a group.
type Group = ([usize; 3], usize, [usize; 2], usize);

const GROUPS: &[Group] = &[
    // The layers of residual networks, small; runs of tiles that end within images and within rows of tiles.
    ([16, 32, 32], 16, [1, 1], 2),
    ([32, 16, 16], 32, [1, 1], 5),
    ([64, 8, 8], 64, [1, 1], 17),
    ([64, 28, 28], 64, [1, 1], 2),
    ([128, 14, 14], 128, [1, 1], 4),
    ([256, 7, 7], 256, [1, 1], 3),
    // Channels that do not fill blocks or panels, unequal sides.
    ([1, 9, 9], 1, [1, 1], 1),
    ([3, 12, 11], 10, [1, 1], 3),
    ([17, 6, 5], 33, [1, 1], 2),
    ([80, 5, 4], 48, [1, 1], 7),
    ([20, 13, 30], 100, [1, 1], 1),
    // Every padding, maps smaller than a tile, smaller than the window, of one pixel.
    ([5, 7, 13], 50, [0, 0], 2),
    ([5, 10, 9], 18, [2, 2], 2),
    ([6, 9, 3], 8, [0, 1], 1),
    ([6, 3, 9], 8, [2, 0], 4),
    ([20, 1, 1], 7, [1, 1], 9),
    ([20, 1, 2], 7, [2, 1], 2),
    ([4, 3, 3], 20, [0, 0], 3),
];

/// The shapes with the cases of their images; the weights are those of the first.
fn groups() -> impl Iterator<Item = Vec<Case>> {
    GROUPS.iter().enumerate().map(|(seed, &(input, outputs, padding, images))| {
        let shape = shape(input, outputs, [3, 3], [1, 1], padding, [1, 1], 1).unwrap();
        let mut cases: Vec<_> =
            (0..images).map(|image| Case::new(shape, 3 * (100 * seed + image) + seed % 3)).collect();
        for i in 1..images {
            let [first, case] = cases.get_disjoint_mut([0, i]).unwrap();
            case.w.clone_from(&first.w);
        }
        cases
    })
}

/// The largest error, as a part of the largest value.
fn error(found: &[f32], expected: impl Iterator<Item = f64>) -> f64 {
    let (mut error, mut largest) = (0f64, 0f64);
    let mut values = 0;
    for (&found, value) in found.iter().zip(expected) {
        // A NaN must not vanish in the maximum.
        error = if found.is_finite() { error.max((f64::from(found) - value).abs()) } else { f64::INFINITY };
        largest = largest.max(value.abs());
        values += 1;
    }
    assert_eq!(values, found.len());
    error / largest
}

#[track_caller]
fn assert_close(found: &[f32], expected: impl Iterator<Item = f64>, what: &str) {
    let error = error(found, expected);
    assert!(error <= 1e-5, "{what}: an error of {error:.1e} of the largest value");
}

/// A group of images.
fn images<'a>(
    sources: &'a [Vec<f32>],
    source: Extent,
    dests: &'a mut [Vec<f32>],
    dest: Extent,
    epilogues: &[Epilogue<'a>],
) -> Vec<Image<'a>> {
    let maps = sources.iter().zip(dests).map(|(x, y)| (MapRef::new(x, source), MapMut::new(y, dest)));
    maps.zip(epilogues).map(|((source, dest), &epilogue)| Image { source, dest, epilogue }).collect()
}

fn forward(isa: Isa, cases: &[Case], epilogues: &[Epilogue]) -> Vec<Vec<f32>> {
    let (first, e) = (&cases[0], &cases[0].y_extent);
    let sources: Vec<_> = cases.iter().map(|case| block(&case.x, &first.x_extent)).collect();
    let mut dests = vec![vec![f32::NAN; e.len()]; cases.len()];
    let mut images = images(&sources, first.x_extent, &mut dests, *e, epilogues);
    let mut scratch = vec![f32::NAN; winograd::forward_scratch_len(&first.shape, cases.len())];
    winograd::forward(isa, &first.shape, &first.weights, &mut images, 0, &mut scratch);
    let (weights, extents) = ((&first.shape, &first.weights[..]), [first.x_extent, *e]);
    assert_parts(isa, Algorithm::WinogradF4, weights, &sources, epilogues, extents, &dests);
    dests.iter().map(|dest| unblock(dest, e, &first.name(isa))).collect()
}

#[test]
fn forward_agrees() {
    for cases in groups() {
        for isa in Isa::available() {
            let found = forward(isa, &cases, &vec![Epilogue::default(); cases.len()]);
            for (case, found) in cases.iter().zip(found) {
                let expected = reference::forward(&case.shape, &case.x, &case.w);
                assert_close(&found, expected.iter().map(|v| v.0), &case.name(isa));
            }
        }
    }
}

#[test]
fn an_image_does_not_depend_on_its_group() {
    for cases in groups() {
        for isa in Isa::available() {
            let epilogues = vec![Epilogue::default(); cases.len()];
            let group = forward(isa, &cases, &epilogues);
            for (case, found) in cases.chunks(1).zip(group) {
                let alone =
                    Case { weights: cases[0].weights.clone(), x: case[0].x.clone(), ..Case::new(case[0].shape, 0) };
                assert_eq!(forward(isa, &[alone], &epilogues[..1])[0], found, "{}", case[0].name(isa));
            }
        }
    }
}

#[test]
fn epilogue_agrees() {
    for (i, cases) in groups().enumerate() {
        let channels = cases[0].shape.output[0];
        let mut random = Random::new(i as u64);
        let mut per_channel = || {
            let mut values = random.floats(channels);
            values.resize(padded(channels), 0.0);
            values
        };
        let (bias, scale, shift) = (per_channel(), per_channel(), per_channel());
        // Each image adds its own map.
        let e = extent(cases[0].shape.output, [i % 3, 1], 0);
        let plain: Vec<_> = cases.iter().map(|case| vec![random.floats(case.dy.len())]).collect();
        let maps: Vec<_> = plain.iter().map(|plain| block(&plain[0], &e)).collect();
        let adds: Vec<_> = maps.iter().map(|map| [MapRef::new(map, e)]).collect();
        let epilogue = |adds| Epilogue {
            bias: (i % 2 == 0).then_some(&bias[..]),
            affine: (i % 3 != 0).then_some((&scale[..], &shift[..])),
            adds,
            activations: &[Activation::Relu][..usize::from(i % 4 != 3)],
            ..Epilogue::default()
        };
        let epilogues: Vec<_> = adds.iter().map(|adds| epilogue(&adds[..])).collect();
        for isa in Isa::available() {
            let found = forward(isa, &cases, &epilogues);
            for (i, case) in cases.iter().enumerate() {
                let expected = finish(case, &epilogues[i], &plain[i]);
                assert_close(&found[i], expected.iter().map(|v| v.0), &case.name(isa));
            }
        }
    }
}

#[test]
fn backward_data_agrees() {
    for cases in groups() {
        let (first, e) = (&cases[0], &cases[0].x_extent);
        let dys: Vec<_> = cases.iter().map(|case| block(&case.dy, &first.y_extent)).collect();
        for isa in Isa::available() {
            let run = |dxs: &mut [Vec<f32>], write| {
                let epilogues = vec![Epilogue::default(); cases.len()];
                let mut images = images(&dys, first.y_extent, dxs, *e, &epilogues);
                let mut scratch = vec![f32::NAN; winograd::backward_data_scratch_len(&first.shape, cases.len())];
                winograd::backward_data(isa, &first.shape, &first.transposed, &mut images, write, &mut scratch);
            };
            let mut set = vec![vec![f32::NAN; e.len()]; cases.len()];
            run(&mut set, Write::Set);
            let mut added: Vec<_> = cases.iter().map(|case| block(&case.x, e)).collect();
            run(&mut added, Write::Add);
            for ((case, set), added) in cases.iter().zip(&set).zip(&added) {
                let name = case.name(isa);
                let expected = reference::backward_data(&case.shape, &case.dy, &case.w);
                assert_close(&unblock(set, e, &name), expected.iter().map(|v| v.0), &name);
                let sums = expected.iter().zip(&case.x).map(|(v, &x)| v.0 + f64::from(x));
                assert_close(&unblock(added, e, &name), sums, &format!("adding, {name}"));
            }
        }
    }
}

#[test]
fn backward_weights_agrees() {
    for cases in groups() {
        let first = &cases[0];
        let (xe, ye) = (&first.x_extent, &first.y_extent);
        let maps: Vec<_> = cases.iter().map(|case| (block(&case.x, xe), block(&case.dy, ye))).collect();
        let pairs = maps.iter().map(|(x, dy)| Pair { x: MapRef::new(x, *xe), dy: MapRef::new(dy, *ye) });
        let pairs: Vec<_> = pairs.collect();
        let mut expected: Vec<_> = first.w.iter().map(|&w| f64::from(w)).collect();
        for case in &cases {
            for (sum, gradient) in expected.iter_mut().zip(reference::backward_weights(&case.shape, &case.x, &case.dy))
            {
                *sum += gradient.0;
            }
        }
        for isa in Isa::available() {
            let name = first.name(isa);
            // The accumulators start from the weights, whose padding is zero: it must stay exactly so.
            let mut dw = first.weights.clone();
            let mut scratch = vec![f32::NAN; winograd::backward_weights_scratch_len(&first.shape, cases.len())];
            winograd::backward_weights(isa, &first.shape, &pairs, &mut dw, &mut scratch);
            let mut plain = vec![f32::NAN; expected.len()];
            unpack(&first.shape, &dw, &mut plain);
            assert_close(&plain, expected.iter().copied(), &name);
            let padding = dw.iter().filter(|&&v| v != 0.0).count() - plain.iter().filter(|&&v| v != 0.0).count();
            assert_eq!(padding, 0, "{name}: gradients of padding weights");
        }
    }
}

#[test]
fn only_what_it_serves_is_supported() {
    let served = |kernel, stride, padding, dilation, groups| {
        let shape = shape([4, 9, 9], 8, kernel, stride, padding, dilation, groups).unwrap();
        winograd::supported(&shape)
    };
    assert!(served([3, 3], [1, 1], [0, 2], [1, 1], 1));
    assert!(!served([3, 1], [1, 1], [1, 0], [1, 1], 1));
    assert!(!served([3, 3], [1, 2], [1, 1], [1, 1], 1));
    assert!(!served([3, 3], [1, 1], [3, 1], [1, 1], 1));
    assert!(!served([3, 3], [1, 1], [2, 2], [2, 2], 1));
    assert!(!served([3, 3], [1, 1], [1, 1], [1, 1], 2));
}

/// The faster one by measured figures of both, which `cargo bench --bench kernels` prints.
#[test]
fn the_faster_algorithm_is_chosen() {
    let chosen = |input, outputs, stride, images| {
        let shape = shape(input, outputs, [3, 3], [stride; 2], [1, 1], [1, 1], 1).unwrap();
        [Direction::Forward, Direction::BackwardData, Direction::BackwardWeights]
            .map(|direction| choose(&shape, direction, images) == Algorithm::WinogradF4)
    };
    for (channels, size, images) in
        [(16, 32, 1), (32, 16, 1), (64, 8, 1), (64, 56, 1), (128, 28, 1), (256, 14, 1), (512, 7, 4), (64, 4, 4)]
    {
        assert_eq!(chosen([channels, size, size], channels, 1, images), [true; 3], "{channels} x {size} x {size}");
    }
    assert_eq!(chosen([3, 32, 32], 16, 1, 4), [false, true, false]);
    assert_eq!(chosen([64, 4, 4], 64, 1, 1), [false; 3]);
    assert_eq!(chosen([256, 5, 5], 256, 1, 1), [false; 3]);
    assert_eq!(chosen([128, 2, 2], 128, 1, 4), [false; 3]);
    assert_eq!(chosen([64, 56, 56], 128, 2, 16), [false; 3]);
}

/// The figures behind the documentation: errors of each direction at the sizes of residual networks.
#[test]
#[ignore = "prints figures and asserts nothing"]
fn errors() {
    for (channels, size, images) in
        [(16, 32, 1), (32, 16, 4), (64, 8, 8), (64, 56, 1), (128, 28, 1), (256, 14, 1), (512, 7, 1)]
    {
        let shape: ConvShape = shape([channels, size, size], channels, [3, 3], [1, 1], [1, 1], [1, 1], 1).unwrap();
        let cases: Vec<_> = (0..images).map(|image| Case::new(shape, 3 * image)).collect();
        let case = &cases[0];
        let (x, dy) = (block(&case.x, &case.x_extent), block(&case.dy, &case.y_extent));
        let expected = [
            reference::forward(&shape, &case.x, &case.w),
            reference::backward_data(&shape, &case.dy, &case.w),
            reference::backward_weights(&shape, &case.x, &case.dy),
        ];
        for isa in Isa::available() {
            let y = forward(isa, &cases[..1], &[Epilogue::default()]);
            let mut dx = x.clone();
            let (xe, ye) = (case.x_extent, case.y_extent);
            let (dy_map, dest) = (MapRef::new(&dy, ye), MapMut::new(&mut dx, xe));
            let mut images = [Image { source: dy_map, dest, epilogue: Epilogue::default() }];
            let mut scratch = vec![0.0; winograd::backward_data_scratch_len(&shape, 1)];
            winograd::backward_data(isa, &shape, &case.transposed, &mut images, Write::Set, &mut scratch);
            let mut dw = vec![0.0; shape.weight_len()];
            let mut scratch = vec![0.0; winograd::backward_weights_scratch_len(&shape, 1)];
            winograd::backward_weights(
                isa,
                &shape,
                &[Pair { x: MapRef::new(&x, xe), dy: dy_map }],
                &mut dw,
                &mut scratch,
            );
            let mut plain = vec![0.0; case.w.len()];
            unpack(&shape, &dw, &mut plain);
            let found = [&y[0], &unblock(&dx, &xe, "dx"), &plain];
            let errors = [0, 1, 2].map(|i| format!("{:.1e}", error(found[i], expected[i].iter().map(|v| v.0))));
            println!("{channels:4} x {size:2} x {size:2} {:9} {}", isa.name(), errors.join("  "));
        }
    }
}
