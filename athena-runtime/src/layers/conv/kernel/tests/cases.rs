//! The shapes that are tested.

use super::Random;
use crate::layers::conv::kernel::ConvShape;
use crate::ops::Window;

/// A convolution of an input, given by what users write.
pub fn shape(
    input: [usize; 3],
    outputs: usize,
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    dilation: [usize; 2],
    groups: usize,
) -> Option<ConvShape> {
    let window = Window { kernel, stride, padding, dilation };
    let output = [outputs, window.output(0, input[1])?, window.output(1, input[2])?];
    Some(ConvShape::new(input, output, window, groups))
}

/// A square window: input, outputs, kernel, stride, padding, dilation, groups.
type Square = ([usize; 3], usize, usize, usize, usize, usize, usize);

const SQUARE: &[Square] = &[
    // The layers of residual networks, small.
    ([16, 8, 32], 16, 3, 1, 1, 1, 1),
    ([32, 16, 16], 32, 3, 1, 1, 1, 1),
    ([64, 8, 8], 64, 3, 1, 1, 1, 1),
    ([16, 15, 16], 32, 3, 2, 1, 1, 1),
    ([32, 16, 17], 64, 1, 2, 0, 1, 1),
    ([3, 23, 30], 64, 7, 2, 3, 1, 1),
    ([64, 7, 7], 128, 1, 1, 0, 1, 1),
    ([160, 3, 56], 48, 1, 1, 0, 1, 1),
    ([80, 7, 7], 48, 3, 1, 1, 1, 1),
    // Channels that do not fill blocks.
    ([1, 9, 9], 1, 3, 1, 1, 1, 1),
    ([3, 12, 11], 10, 3, 1, 1, 1, 1),
    ([17, 6, 5], 33, 3, 1, 1, 1, 1),
    ([5, 7, 13], 50, 3, 2, 1, 1, 1),
    ([31, 4, 4], 15, 1, 1, 0, 1, 1),
    // Maps of one pixel, one row, one column; kernels as large as the map.
    ([20, 1, 1], 40, 1, 1, 0, 1, 1),
    ([20, 1, 1], 7, 3, 1, 1, 1, 1),
    ([8, 5, 5], 12, 5, 1, 0, 1, 1),
    ([8, 1, 40], 16, 1, 1, 0, 1, 1),
    ([8, 40, 1], 16, 1, 3, 0, 1, 1),
    // Even kernels, wide padding, strides beyond the kernel, dilation.
    ([6, 9, 10], 18, 2, 2, 0, 1, 1),
    ([6, 9, 10], 18, 4, 1, 2, 1, 1),
    ([4, 5, 6], 8, 3, 1, 4, 1, 1),
    ([4, 6, 5], 8, 1, 1, 2, 1, 1),
    ([4, 6, 5], 8, 1, 2, 3, 1, 1),
    ([4, 11, 14], 20, 2, 4, 0, 1, 1),
    ([4, 13, 12], 20, 3, 5, 1, 1, 1),
    ([12, 14, 15], 16, 3, 1, 2, 2, 1),
    ([12, 14, 15], 16, 3, 2, 2, 2, 1),
    ([12, 14, 15], 16, 3, 3, 3, 3, 1),
    ([3, 17, 19], 16, 3, 4, 3, 6, 1),
    ([2, 20, 20], 16, 4, 6, 3, 4, 1),
    // Groups of whole blocks.
    ([32, 9, 9], 64, 3, 1, 1, 1, 2),
    ([96, 5, 6], 48, 3, 2, 1, 1, 3),
    // Depthwise.
    ([16, 9, 14], 16, 3, 1, 1, 1, 16),
    ([40, 10, 13], 40, 3, 2, 1, 1, 40),
    ([7, 12, 12], 7, 5, 1, 4, 2, 7),
    ([33, 8, 21], 33, 7, 3, 3, 1, 33),
    ([5, 3, 3], 5, 1, 1, 0, 1, 5),
    // Groups within blocks, groups across blocks, depth multipliers, unequal sides.
    ([64, 7, 9], 64, 3, 1, 1, 1, 16),
    ([32, 8, 8], 32, 3, 2, 1, 1, 4),
    ([128, 5, 5], 128, 3, 1, 1, 1, 32),
    ([24, 6, 7], 24, 3, 1, 1, 1, 2),
    ([6, 9, 8], 10, 3, 1, 1, 1, 2),
    ([9, 9, 8], 15, 3, 2, 0, 1, 3),
    ([12, 7, 7], 24, 3, 1, 1, 1, 12),
    ([24, 7, 7], 12, 3, 2, 2, 2, 12),
    ([66, 5, 6], 44, 1, 1, 0, 1, 2),
    ([80, 4, 5], 6, 3, 1, 1, 1, 2),
];

/// All shapes: square windows, windows that differ by axis, and a seeded random sweep.
pub fn all() -> Vec<ConvShape> {
    let square = SQUARE.iter().map(|&(i, o, k, s, p, d, g)| shape(i, o, [k; 2], [s; 2], [p; 2], [d; 2], g).unwrap());
    let oblong = [
        shape([10, 12, 15], 20, [1, 7], [1, 1], [0, 3], [1, 1], 1),
        shape([10, 12, 15], 20, [7, 1], [1, 2], [3, 0], [1, 1], 1),
        shape([16, 11, 13], 16, [3, 5], [2, 3], [1, 0], [2, 1], 1),
        shape([16, 11, 13], 16, [2, 3], [3, 1], [4, 2], [1, 3], 16),
        shape([12, 11, 13], 18, [3, 2], [1, 4], [0, 5], [2, 2], 6),
    ];
    let mut random = Random::new(7);
    let mut shapes: Vec<_> = square.chain(oblong.into_iter().flatten()).collect();
    while shapes.len() < 140 {
        shapes.extend(draw(&mut random));
    }
    shapes
}

/// A random shape, where the numbers drawn fit each other.
fn draw(random: &mut Random) -> Option<ConvShape> {
    let groups = [1, 1, 1, 2, 3, 4, 16][random.below(7)];
    let mut channels = || groups * (1 + random.below([40, 5][usize::from(groups > 4)]));
    let (inputs, outputs) = (channels(), channels());
    let mut pair = |low: usize, high: usize| [low + random.below(high - low), low + random.below(high - low)];
    let [height, width] = pair(1, 20);
    shape([inputs, height, width], outputs, pair(1, 6), pair(1, 5), pair(0, 5), pair(1, 4), groups)
}
