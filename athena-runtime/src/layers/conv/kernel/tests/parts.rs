//! Convolutions in parts: the bits of the whole, each output written once.

use crate::isa::Isa;
use crate::layers::conv::kernel::winograd::{self, Algorithm, Image};
use crate::layers::conv::kernel::{ConvShape, Epilogue, Part};
use crate::layout::{Extent, MapMut, MapRef};
use std::array::from_fn;

/// More images than any group of the tests has.
const MOST: usize = 17;

/// Asserts that the images' outputs are found in any number of parts, too.
#[track_caller]
pub fn assert_parts(
    isa: Isa,
    algorithm: Algorithm,
    (shape, weights): (&ConvShape, &[f32]),
    sources: &[Vec<f32>],
    epilogues: &[Epilogue],
    extents: [Extent; 2],
    outputs: &[Vec<f32>],
) {
    for shares in [2, 3, 16] {
        let mut dests = vec![vec![f32::NAN; extents[1].len()]; sources.len()];
        let maps = sources.iter().zip(&mut dests);
        let mut maps = maps.map(|(x, y)| (MapRef::new(x, extents[0]), MapMut::new(y, extents[1]))).zip(epilogues);
        let mut images = maps.by_ref().map(|((source, dest), &epilogue)| Image { source, dest, epilogue });
        let images: [Image; MOST] = from_fn(|_| images.next().unwrap_or_default());
        let whole = Part::whole(isa, algorithm, shape, weights, (images, sources.len()));
        compute(whole, shares, &mut vec![f32::NAN; winograd::scratch_len(shape, sources.len())]);
        let bits = |maps: &[Vec<f32>]| maps.iter().flatten().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert!(bits(&dests) == bits(outputs), "{shape:?} on {} in {shares} parts", isa.name());
    }
}

/// The last part first: none may need another.
fn compute(part: Part<'_, MOST>, shares: usize, scratch: &mut [f32]) {
    if shares == 1 {
        return part.compute(scratch);
    }
    let Some(cut) = part.cut(shares / 2, shares) else { return part.compute(scratch) };
    let (left, right) = part.split(cut);
    compute(right, shares - shares / 2, scratch);
    compute(left, shares / 2, scratch);
}

/// Into how many parts a convolution can be cut at most.
fn most_parts(part: Part<'_, 1>) -> usize {
    let Some(cut) = part.cut(1, 2) else { return 1 };
    let (left, right) = part.split(cut);
    most_parts(left) + most_parts(right)
}

#[test]
fn channels_are_cut_into_blocks_and_these_into_rows() {
    for (input, output, kernel, groups, algorithm, expected) in [
        // Four blocks of channels, each of eight rows, or of two rows of tiles.
        ([64, 8, 8], 64, 3, 1, Algorithm::Direct, 4 * 8),
        ([64, 8, 8], 64, 3, 1, Algorithm::WinogradF4, 4 * 2),
        // A block that is not full.
        ([3, 7, 7], 20, 3, 1, Algorithm::Direct, 2 * 7),
        // Groups of whole blocks; narrow ones that fill two blocks together; depthwise with a last block that is not full.
        ([64, 4, 4], 64, 3, 4, Algorithm::Direct, 4 * 4),
        ([48, 4, 4], 96, 1, 6, Algorithm::Direct, 3),
        ([40, 4, 4], 40, 3, 40, Algorithm::Direct, 4 + 1),
    ] {
        let shape = super::cases::shape(input, output, [kernel; 2], [1, 1], [kernel / 2; 2], [1, 1], groups).unwrap();
        let extent = |[channels, height, width]: [usize; 3]| Extent { channels, height, width, halo: [1, 1] };
        let extents = [extent(shape.input), extent(shape.output)];
        let (weights, x, mut y) =
            (vec![0.0; shape.weight_len()], vec![0.0; extents[0].len()], vec![0.0; extents[1].len()]);
        let (source, dest) = (MapRef::new(&x, extents[0]), MapMut::new(&mut y, extents[1]));
        let images = [Image { source, dest, epilogue: Epilogue::default() }];
        let whole = Part::whole(Isa::available()[0], algorithm, &shape, &weights, (images, 1));
        assert_eq!(most_parts(whole), expected, "{shape:?}");
    }
}
