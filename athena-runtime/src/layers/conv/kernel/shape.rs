//! The shape of a convolution, and the layout of its weights.

use crate::layout::{Extent, LANES, MOST_FLOATS, fits, padded};
use crate::ops::Window;
use std::ops::Range;

/// The sizes of one convolution, as values and not as const generics. They fit each other and memory: see [`ConvShape::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvShape {
    /// Channels, height and width of the input.
    pub(crate) input: [usize; 3],
    /// Channels, height and width of the output.
    pub(crate) output: [usize; 3],
    /// Kernel size, stride, padding and dilation.
    pub(crate) window: Window,
    /// Number of groups, as in PyTorch's `groups`.
    pub(crate) groups: usize,
}

/// The kind of kernels that compute a convolution. It decides the layout of the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One group, or groups of whole blocks. Layout: `[group][output block][input block][kh][kw][16 inputs][16 outputs]`.
    Dense,
    /// Groups that are not made of whole blocks. Layout: `[output block][kh][kw][inputs of a group][16 outputs]`, where each
    /// output lane has the weights of its own group.
    Grouped,
    /// One input channel and one output channel per group. Layout: that of `Grouped`, which is `[block][kh][kw][16]` here.
    Depthwise,
}

impl ConvShape {
    /// A convolution of these sizes.
    ///
    /// # Panics
    /// If the sizes do not fit each other, or no buffer is so large. Generated code calls this function in const evaluation, so there it is a
    /// compile error.
    #[must_use]
    pub const fn new(input: [usize; 3], output: [usize; 3], window: Window, groups: usize) -> Self {
        let shape = Self::cut(input, output, window, groups);
        let rows = window.output(0, input[1]);
        let columns = window.output(1, input[2]);
        let whole = matches!((rows, columns), (Some(rows), Some(columns)) if rows == output[1] && columns == output[2]);
        assert!(whole, "the window does not give this output size");
        shape
    }

    /// The same, where the output may be without rows at its bottom and columns at its right, which are then not computed: what a
    /// transposed convolution reads backwards if its `output_padding` is larger than its stride.
    ///
    /// # Panics
    /// As [`ConvShape::new`].
    #[must_use]
    pub const fn cut(input: [usize; 3], output: [usize; 3], window: Window, groups: usize) -> Self {
        assert!(groups > 0, "a convolution has at least one group");
        assert!(input[0] > 0 && output[0] > 0, "a convolution has at least one channel on each side");
        assert!(input[0].is_multiple_of(groups), "the groups do not divide the input's channels");
        assert!(output[0].is_multiple_of(groups), "the groups do not divide the output's channels");
        assert!(fits(input) && fits(output), "a map that is larger than any buffer");
        let mut axis = 0;
        while axis < 2 {
            assert!(window.kernel[axis] > 0, "a kernel has at least one tap");
            assert!(window.stride[axis] > 0, "a stride is at least one");
            assert!(window.dilation[axis] > 0, "a dilation is at least one");
            let reach = fits([window.kernel[axis], window.dilation[axis], 1]);
            assert!(reach && window.padding[axis] <= MOST_FLOATS / 4, "a window that is larger than any map");
            match window.output(axis, input[axis + 1]) {
                Some(length) => assert!(output[axis + 1] <= length, "the window does not give so large an output"),
                None => panic!("the window is larger than the padded input"),
            }
            axis += 1;
        }
        // The stored weights and the transposed ones have at most as many floats.
        let taps = window.kernel[0].saturating_mul(window.kernel[1]);
        let weights = fits([padded(input[0]), padded(output[0]), taps]);
        assert!(weights, "a convolution whose weights are larger than any buffer");
        Self { input, output, window, groups }
    }

    /// Channels, height and width of the output.
    #[must_use]
    pub const fn output(&self) -> [usize; 3] {
        self.output
    }

    /// Channels, height and width of the input.
    #[must_use]
    pub const fn input(&self) -> [usize; 3] {
        self.input
    }

    /// Kernel size, stride, padding and dilation.
    #[must_use]
    pub const fn window(&self) -> Window {
        self.window
    }

    /// Number of groups.
    #[must_use]
    pub const fn groups(&self) -> usize {
        self.groups
    }

    /// Input channels of one group.
    #[must_use]
    pub const fn group_inputs(&self) -> usize {
        self.input[0] / self.groups
    }

    /// Output channels of one group.
    #[must_use]
    pub const fn group_outputs(&self) -> usize {
        self.output[0] / self.groups
    }

    /// Taps of the kernel.
    pub(super) const fn taps(&self) -> usize {
        self.window.kernel[0] * self.window.kernel[1]
    }

    pub(super) const fn kind(&self) -> Kind {
        let (inputs, outputs) = (self.group_inputs(), self.group_outputs());
        if self.groups == 1 || (inputs.is_multiple_of(LANES) && outputs.is_multiple_of(LANES)) {
            Kind::Dense
        } else if inputs == 1 && outputs == 1 {
            Kind::Depthwise
        } else {
            Kind::Grouped
        }
    }

    /// Floats of the stored weights, padding included.
    #[must_use]
    pub const fn weight_len(&self) -> usize {
        match self.kind() {
            Kind::Dense => self.groups * padded(self.group_outputs()) * padded(self.group_inputs()) * self.taps(),
            Kind::Grouped | Kind::Depthwise => padded(self.output[0]) * self.group_inputs() * self.taps(),
        }
    }

    /// Number of output blocks in the stored weights. A block has 16 outputs, or those that are left; in the dense layout all of one group.
    #[must_use]
    pub const fn output_blocks(&self) -> usize {
        match self.kind() {
            Kind::Dense => self.groups * self.group_outputs().div_ceil(LANES),
            Kind::Grouped | Kind::Depthwise => self.output[0].div_ceil(LANES),
        }
    }

    /// Floats of the stored weights of one output block, padding included.
    #[must_use]
    pub const fn block_len(&self) -> usize {
        self.weight_len() / self.output_blocks()
    }

    /// The range of these output blocks' weights in PyTorch's layout, where they are contiguous, too.
    #[must_use]
    pub fn blocks_pytorch(&self, blocks: Range<usize>) -> Range<usize> {
        let first_output = |block: usize| match self.kind() {
            Kind::Dense => {
                let in_group = self.group_outputs().div_ceil(LANES);
                block / in_group * self.group_outputs() + block % in_group * LANES
            }
            Kind::Grouped | Kind::Depthwise => self.output[0].min(block * LANES),
        };
        let weights = self.group_inputs() * self.taps();
        first_output(blocks.start) * weights..first_output(blocks.end) * weights
    }

    /// Floats of the weights that [`transpose_weights`](super::transpose_weights) makes for backward-data.
    #[must_use]
    pub const fn transposed_len(&self) -> usize {
        match self.kind() {
            Kind::Dense => self.weight_len(),
            Kind::Grouped => padded(self.input[0]) * self.group_outputs() * self.taps(),
            Kind::Depthwise => 0,
        }
    }

    /// Rows and columns of zeros that the input needs on each side.
    #[must_use]
    pub const fn input_halo(&self) -> [usize; 2] {
        self.window.padding
    }

    /// Rows and columns of zeros that the output's gradient needs on each side, for backward-data.
    #[must_use]
    pub const fn gradient_halo(&self) -> [usize; 2] {
        [self.gradient_halo_along(0), self.gradient_halo_along(1)]
    }

    const fn gradient_halo_along(&self, axis: usize) -> usize {
        let (stride, padding) = (self.window.stride[axis], self.window.padding[axis]);
        let reach = (self.window.kernel[axis] - 1) * self.window.dilation[axis];
        let before = reach.saturating_sub(padding).div_ceil(stride);
        let after = ((self.input[axis + 1] - 1 + padding) / stride).saturating_sub(self.output[axis + 1] - 1);
        if before > after { before } else { after }
    }

    /// Multiply-adds of one image's forward pass.
    #[must_use]
    pub const fn macs(&self) -> u64 {
        let [channels, height, width] = self.output;
        let outputs = (channels as u64).saturating_mul(height as u64).saturating_mul(width as u64);
        outputs.saturating_mul(self.group_inputs() as u64).saturating_mul(self.taps() as u64)
    }

    /// # Panics
    /// If the maps do not have the sizes of the convolution's input and output.
    pub(super) fn check_maps(&self, input: &Extent, output: &Extent) {
        assert_eq!([input.channels, input.height, input.width], self.input, "the convolution's input");
        assert_eq!([output.channels, output.height, output.width], self.output, "the convolution's output");
    }

    /// # Panics
    /// If `input` does not have the size of the convolution's input, or `output` is not a range of the output's rows that starts at `first_row`.
    pub(super) fn check_rows(&self, input: &Extent, output: &Extent, first_row: usize) {
        let fits = output.height <= self.output[1] && first_row <= self.output[1] - output.height;
        assert!(fits, "rows of the convolution's output");
        self.check_maps(input, &Extent { height: self.output[1], ..*output });
    }

    /// Offset, in the stored weights, of the weight of output channel `output`, input channel `input` of its group, and tap `[row, column]`.
    pub(super) const fn weight_at(&self, output: usize, input: usize, tap: [usize; 2]) -> usize {
        let tap = tap[0] * self.window.kernel[1] + tap[1];
        match self.kind() {
            Kind::Dense => {
                let (group, output) = (output / self.group_outputs(), output % self.group_outputs());
                let blocks = [self.group_outputs().div_ceil(LANES), self.group_inputs().div_ceil(LANES)];
                let block = (group * blocks[0] + output / LANES) * blocks[1] + input / LANES;
                ((block * self.taps() + tap) * LANES + input % LANES) * LANES + output % LANES
            }
            Kind::Grouped | Kind::Depthwise => {
                let block = output / LANES;
                ((block * self.taps() + tap) * self.group_inputs() + input) * LANES + output % LANES
            }
        }
    }

    /// Offset, in the transposed weights of [`Kind::Grouped`], of the weight of input channel `input`, output channel `output` of
    /// its group, and tap `[row, column]`.
    pub(super) const fn grouped_transposed_at(&self, input: usize, output: usize, tap: [usize; 2]) -> usize {
        let tap = tap[0] * self.window.kernel[1] + tap[1];
        ((input / LANES * self.taps() + tap) * self.group_outputs() + output) * LANES + input % LANES
    }
}
