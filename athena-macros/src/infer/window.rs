//! Windows that slide over a map: output = (input + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1, rounded down.

use super::partial::Partial;
use super::{Output, Problem};
use crate::graph::{Padding, Window};

/// A side of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Rows.
    Height,
    /// Columns.
    Width,
}

impl Axis {
    /// Both, in order.
    pub const BOTH: [Axis; 2] = [Axis::Height, Axis::Width];

    /// As in a message.
    pub fn name(self) -> &'static str {
        match self {
            Axis::Height => "height",
            Axis::Width => "width",
        }
    }

    /// Its place in `[height, width]`.
    pub fn index(self) -> usize {
        match self {
            Axis::Height => 0,
            Axis::Width => 1,
        }
    }
}

/// The padding on each side; `None` if it is unknown or an even kernel has no middle.
pub fn padding(window: &Window) -> Option<[usize; 2]> {
    match (window.padding?, window.kernel, window.dilation) {
        (Padding::Valid, ..) => Some([0, 0]),
        (Padding::Sizes(sizes), ..) => Some(sizes),
        (Padding::Same, Some(kernel), Some(dilation)) if !even_same(window) => {
            Some([dilation[0] * (kernel[0] - 1) / 2, dilation[1] * (kernel[1] - 1) / 2])
        }
        (Padding::Same, ..) => None,
    }
}

fn even_same(window: &Window) -> bool {
    window.padding == Some(Padding::Same) && window.kernel.is_some_and(|kernel| kernel.iter().any(|side| side % 2 == 0))
}

/// The distance from a window's first tap to its last, counting both.
pub fn extent(kernel: usize, dilation: usize) -> usize {
    dilation * (kernel - 1) + 1
}

/// A convolution's map, but for its channels.
pub fn slide(input: Partial, window: &Window) -> Output {
    let mut shape = Partial { height: None, width: None, flat: Some(false), ..input };
    if even_same(window) {
        return (shape, vec![Problem::EvenSame]);
    }
    let (Some(kernel), Some(stride), Some(padding), Some(dilation)) =
        (window.kernel, window.stride, padding(window), window.dilation)
    else {
        return (shape, Vec::new());
    };
    let mut problems = Vec::new();
    for axis in Axis::BOTH {
        let at = axis.index();
        let (size, result) = match axis {
            Axis::Height => (input.height, &mut shape.height),
            Axis::Width => (input.width, &mut shape.width),
        };
        let Some(size) = size else { continue };
        let (extent, padded) = (extent(kernel[at], dilation[at]), size + 2 * padding[at]);
        match padded.checked_sub(extent) {
            Some(room) => *result = Some(room / stride[at] + 1),
            None if problems.is_empty() => problems.push(Problem::WindowTooLarge { axis, extent, padded }),
            None => {}
        }
    }
    (shape, problems)
}

/// A pool's map. Padding beyond half the kernel would leave windows without a single pixel, as PyTorch says.
pub fn pool(input: Partial, window: &Window) -> Output {
    if let (Some(kernel), Some(Padding::Sizes(padding))) = (window.kernel, window.padding) {
        for axis in Axis::BOTH {
            let most = kernel[axis.index()] / 2;
            if padding[axis.index()] > most {
                let shape = Partial { height: None, width: None, flat: Some(false), ..input };
                return (shape, vec![Problem::PoolPadding { axis, most }]);
            }
        }
    }
    slide(input, window)
}

/// Every `stride`-th pixel, from the first on: what a 1x1 convolution sees.
pub fn subsample(input: Partial, stride: Option<[usize; 2]>) -> Partial {
    let every = |size: Option<usize>, axis: Axis| Some(size?.div_ceil(stride?[axis.index()]));
    Partial {
        height: every(input.height, Axis::Height),
        width: every(input.width, Axis::Width),
        flat: Some(false),
        ..input
    }
}
