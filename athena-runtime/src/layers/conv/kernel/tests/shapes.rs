//! Sizes that follow from a shape.

use super::cases::{self, shape};
use crate::isa::Isa;
use crate::layers::conv::kernel::{ConvShape, Epilogue, forward};
use crate::layout::{Extent, MapMut, MapRef};
use crate::ops::Window;

/// The halos as the definition of a convolution needs them: the taps farthest outside, found by trying all.
#[test]
fn halos_are_as_wide_as_the_taps_reach() {
    for shape in cases::all() {
        let (input, gradient) = (shape.input_halo(), shape.gradient_halo());
        for axis in 0..2 {
            let w = &shape.window;
            let (n, m) = (shape.input[axis + 1] as isize, shape.output[axis + 1] as isize);
            let (s, p, d) = (w.stride[axis] as isize, w.padding[axis] as isize, w.dilation[axis] as isize);
            let (mut x_reach, mut dy_reach) = (0, 0);
            for k in 0..w.kernel[axis] as isize {
                for out in 0..m {
                    let at = out * s - p + k * d;
                    x_reach = x_reach.max(-at).max(at - (n - 1));
                }
                for at in 0..n {
                    if (at + p - k * d).rem_euclid(s) == 0 {
                        let out = (at + p - k * d).div_euclid(s);
                        dy_reach = dy_reach.max(-out).max(out - (m - 1));
                    }
                }
            }
            assert!(input[axis] as isize >= x_reach, "{shape:?}");
            assert!(gradient[axis] as isize >= dy_reach, "{shape:?}");
        }
    }
}

#[test]
fn sizes_of_known_layers() {
    const WINDOW: Window = Window { kernel: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1] };
    const SHAPE: ConvShape = ConvShape::new([64, 56, 56], [64, 56, 56], WINDOW, 1);
    const { assert!(SHAPE.weight_len() == 36_864 && SHAPE.transposed_len() == 36_864) };
    // torchvision's ResNet-18, layer1.0.conv1.
    assert_eq!(SHAPE.macs(), 115_605_504);
    assert_eq!((SHAPE.input_halo(), SHAPE.gradient_halo()), ([1, 1], [1, 1]));

    let stem = shape([3, 224, 224], 64, [7, 7], [2, 2], [3, 3], [1, 1], 1).unwrap();
    assert_eq!((stem.macs(), stem.weight_len()), (118_013_952, 64 * 16 * 49));
    assert_eq!((stem.input_halo(), stem.gradient_halo()), ([3, 3], [2, 2]));

    let depthwise = shape([20, 8, 8], 20, [3, 3], [1, 1], [1, 1], [1, 1], 20).unwrap();
    assert_eq!((depthwise.weight_len(), depthwise.transposed_len(), depthwise.macs()), (32 * 9, 0, 20 * 64 * 9));
}

#[test]
#[should_panic(expected = "does not give this output size")]
fn a_smaller_output_than_the_windows_is_refused() {
    let window = Window { kernel: [3, 3], stride: [2, 2], padding: [1, 1], dilation: [1, 1] };
    let _ = ConvShape::new([16, 32, 32], [16, 15, 16], window, 1);
}

#[test]
#[should_panic(expected = "does not give so large an output")]
fn a_larger_output_than_the_windows_is_refused() {
    let window = Window { kernel: [3, 3], stride: [2, 2], padding: [1, 1], dilation: [1, 1] };
    let _ = ConvShape::new([16, 32, 32], [16, 17, 16], window, 1);
}

#[test]
#[should_panic(expected = "divide the output's channels")]
fn groups_must_divide_the_channels() {
    let window = Window { kernel: [1, 1], stride: [1, 1], padding: [0, 0], dilation: [1, 1] };
    let _ = ConvShape::new([16, 4, 4], [18, 4, 4], window, 4);
}

/// Sizes of which some product is beyond usize. Each is refused for its size, before it is multiplied with anything.
#[test]
fn sizes_whose_products_wrap_are_refused() {
    let half = 1 << (usize::BITS / 2);
    let (one, window) = ([1; 2], Window { kernel: [1; 2], stride: [1; 2], padding: [0; 2], dilation: [1; 2] });
    let refused = |input: [usize; 3], output: [usize; 3], window: Window, groups: usize| {
        let panic = std::panic::catch_unwind(|| ConvShape::new(input, output, window, groups)).unwrap_err();
        let message = panic.downcast_ref::<&str>().copied().unwrap_or_default();
        let refusals = ["than any buffer", "than any map", "than any map has"];
        assert!(refusals.iter().any(|end| message.ends_with(end)), "{input:?} {output:?} {window:?}: {message}");
    };
    refused([half, half, half], [half, half, half], window, 1);
    refused([usize::MAX, 1, 1], [16, 1, 1], window, 1);
    refused([16, usize::MAX, 1], [16, usize::MAX, 1], window, 1);
    refused(
        [half / 8, 1, 1],
        [half / 8, 1, 1],
        Window { kernel: [half / 8 + 1; 2], padding: [half / 16; 2], ..window },
        1,
    );
    refused([16, 4, 4], [16, 4, 4], Window { kernel: [usize::MAX; 2], ..window }, 1);
    refused([16, 4, 4], [16, 4, 4], Window { padding: [usize::MAX / 2 + 1; 2], ..window }, 1);
    refused([16, 4, 4], [16, 4, 4], Window { kernel: [2; 2], dilation: [usize::MAX / 2 + 1; 2], ..window }, 1);
    let _ = ConvShape::new([16, 4, 4], [16, 4, 4], Window { kernel: one, ..window }, 1);
}

#[test]
#[should_panic(expected = "rows of the convolution's output")]
fn rows_beyond_the_output_are_refused() {
    let shape = shape([16, 4, 4], 16, [1, 1], [1, 1], [0, 0], [1, 1], 1).unwrap();
    let extent = Extent { channels: 16, height: 4, width: 4, halo: [0, 0] };
    let (x, mut y, weights) = (vec![0.0; extent.len()], vec![0.0; extent.len()], vec![0.0; shape.weight_len()]);
    let (x, y) = (MapRef::new(&x, extent), MapMut::new(&mut y, extent));
    // Their sum with the map's rows wraps to 0.
    forward(Isa::available()[0], &shape, &weights, x, y, usize::MAX - 3, &Epilogue::default());
}
