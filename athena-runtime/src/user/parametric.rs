//! Layers of your own that learn.

use super::Layer;
pub use crate::ops::Init;

/// A layer has at most so many parameters, and at most so many buffers.
pub(crate) const MOST_TENSORS: usize = 16;

/// A parameter or a buffer of a [`ParametricLayer`]: its name, its shape and what it holds before any training.
///
/// ```
/// use athena::layer::{Init, Tensor};
///
/// const WEIGHT: Tensor = Tensor::new("weight", &[8, 16, 1, 1], Init::HeNormal);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tensor {
    pub(crate) name: &'static str,
    pub(crate) shape: &'static [usize],
    pub(crate) init: Init,
}

impl Tensor {
    /// A tensor called `name`: its key in the state dict is the step's path, a dot and this name. For the initialisations that scale by a
    /// fan, the shape counts as PyTorch's: `[outputs, inputs, taps...]`, so that the fan-in is the product of all sizes but the first, and
    /// the fan-out that of all but the second. The fans of a vector are its length.
    #[must_use]
    pub const fn new(name: &'static str, shape: &'static [usize], init: Init) -> Self {
        Self { name, shape, init }
    }

    /// How many numbers it has.
    pub(crate) const fn len(&self) -> usize {
        product(self.shape)
    }

    /// What [`Init`] scales by.
    pub(crate) const fn fan_in(&self) -> usize {
        match self.shape {
            [_, inputs @ ..] if !inputs.is_empty() => product(inputs),
            _ => self.len(),
        }
    }
}

/// Ends the compilation with an error at the caller's place unless the state dict can hold the tensors of a layer.
#[doc(hidden)]
#[track_caller]
pub const fn check_tensors(parameters: &[Tensor], buffers: &[Tensor]) {
    assert!(parameters.len() <= MOST_TENSORS, "the layer has more than 16 parameters\nhelp: put several into one");
    assert!(buffers.len() <= MOST_TENSORS, "the layer has more than 16 buffers\nhelp: put several into one");
    let mut i = 0;
    while i < parameters.len() + buffers.len() {
        let name = nth(parameters, buffers, i).name;
        assert!(
            !name.is_empty(),
            "the layer has a parameter or buffer without a name\nhelp: name it, for example `weight`"
        );
        let mut j = 0;
        while j < i {
            let before = nth(parameters, buffers, j).name;
            assert!(
                !is_same(name, before),
                "two parameters or buffers of the layer have the same name\nhelp: rename one"
            );
            j += 1;
        }
        i += 1;
    }
}

const fn nth<'a>(parameters: &'a [Tensor], buffers: &'a [Tensor], i: usize) -> &'a Tensor {
    if i < parameters.len() { &parameters[i] } else { &buffers[i - parameters.len()] }
}

const fn is_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut i = 0;
    while i < one.len() && i < other.len() && one[i] == other[i] {
        i += 1;
    }
    i == one.len() && i == other.len()
}

/// The numbers in a tensor of this shape.
///
/// # Panics
/// There are more than fit a `usize`: a shape in a program, which then does not compile.
const fn product(shape: &[usize]) -> usize {
    let (mut len, mut axis) = (1usize, 0);
    while axis < shape.len() {
        len = len.checked_mul(shape[axis]).expect("a tensor has fewer numbers than that");
        axis += 1;
    }
    len
}

/// The values of a layer's parameters and buffers, each flat and in the order in which the layer names them.
///
/// ```
/// use athena::layer::Tensors;
///
/// /// The first parameter times `x`.
/// fn scaled(tensors: Tensors<'_>, x: f32) -> f32 {
///     tensors.parameters[0][0] * x
/// }
///
/// assert_eq!(scaled(Tensors { parameters: &[&[3.0]], buffers: &[] }, 2.0), 6.0);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Tensors<'a> {
    /// What the layer has learnt so far.
    pub parameters: &'a [&'a [f32]],
    /// Its buffers.
    pub buffers: &'a [&'a [f32]],
}

/// A layer with parameters: from maps of `C x H x W` (a vector of `N` is `N x 1 x 1`) to maps of [`OUTPUT`](Self::OUTPUT), image by image.
///
/// Its parameters are a network's as those of any layer are: they stand in the state dict under the path of the step, are saved, loaded,
/// frozen by `#[freeze(...)]`, decayed and updated by the optimiser. Buffers are saved and loaded, too, but nothing changes them:
/// they hold numbers that the layer reads, such as a table.
///
/// Implement it for all shapes that the layer takes. Maps are plain slices, channel by channel, row by row. Both methods are called from
/// several threads at once, each for another image, and must always give the same numbers for the same arguments. Every [`Layer`] is
/// one without parameters.
///
/// ```
/// use athena::layer::{Init, ParametricLayer, Tensor, Tensors};
/// use athena::prelude::*;
///
/// /// y = scale * x + offset, with one scale and one offset for each row of the map. The offsets do not learn.
/// struct RowScale;
///
/// impl<const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for RowScale {
///     const OUTPUT: [usize; 3] = [C, H, W];
///     const PARAMETERS: &'static [Tensor] = &[Tensor::new("scale", &[H], Init::Ones)];
///     const BUFFERS: &'static [Tensor] = &[Tensor::new("offset", &[H], Init::Zeros)];
///
///     fn forward(&self, tensors: Tensors<'_>, x: &[f32], y: &mut [f32]) {
///         let rows = tensors.parameters[0].iter().zip(tensors.buffers[0]).cycle();
///         for ((y, x), (scale, offset)) in y.chunks_exact_mut(W).zip(x.chunks_exact(W)).zip(rows) {
///             y.iter_mut().zip(x).for_each(|(y, x)| *y = scale * x + offset);
///         }
///     }
///
///     fn backward(&self, tensors: Tensors<'_>, x: &[f32], dy: &[f32], dx: &mut [f32], gradients: &mut [&mut [f32]]) {
///         for row in 0..C * H {
///             let pixels = row * W..(row + 1) * W;
///             for (x, (dy, dx)) in x[pixels.clone()].iter().zip(dy[pixels.clone()].iter().zip(&mut dx[pixels])) {
///                 *dx += tensors.parameters[0][row % H] * dy;
///                 gradients[0][row % H] += x * dy;
///             }
///         }
///     }
/// }
///
/// resnet! {
///     struct Net(1x8x8) -> 10 {
///         input -> conv(16, 3x3) -> rows: self::RowScale as 16x8x8 -> flatten -> linear(10)
///     }
/// }
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     athena::layer::check_gradients::<16, 8, 8>(&RowScale, 1)?;
///     assert_eq!(Net::new(1).parameter("rows.scale"), Some(vec![1.0; 8]));
///     Ok(())
/// }
/// ```
#[doc(alias("nn.Parameter", "nn.Module", "add_weight", "register_buffer", "custom layer"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer for maps of {C} x {H} x {W}",
    label = "does not implement `athena::layer::Layer<{C}, {H}, {W}>`",
    note = "implement `athena::layer::Layer<C, H, W>` for it, or `athena::layer::ParametricLayer<C, H, W>` if it learns; a `Pointwise` one keeps the shape and is written without `as`"
)]
pub trait ParametricLayer<const C: usize, const H: usize, const W: usize>: Sync {
    /// Channels, height and width of what it makes; `[N, 1, 1]` for a vector.
    const OUTPUT: [usize; 3];

    /// Its parameters, at most 16.
    const PARAMETERS: &'static [Tensor];

    /// Its buffers, at most 16.
    const BUFFERS: &'static [Tensor] = &[];

    /// Computes `y` from `x`. `y` holds zeros before.
    fn forward(&self, tensors: Tensors<'_>, x: &[f32], y: &mut [f32]);

    /// Adds the gradient of `x` to `dx`, and that of each parameter to its part of `gradients`, from `dy`, the gradient of the output.
    fn backward(&self, tensors: Tensors<'_>, x: &[f32], dy: &[f32], dx: &mut [f32], gradients: &mut [&mut [f32]]);
}

impl<L: Layer<C, H, W>, const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for L {
    const OUTPUT: [usize; 3] = <L as Layer<C, H, W>>::OUTPUT;
    const PARAMETERS: &'static [Tensor] = &[];

    #[inline]
    fn forward(&self, _: Tensors<'_>, x: &[f32], y: &mut [f32]) {
        Layer::forward(self, x, y);
    }

    #[inline]
    fn backward(&self, _: Tensors<'_>, x: &[f32], dy: &[f32], dx: &mut [f32], _: &mut [&mut [f32]]) {
        Layer::backward(self, x, dy, dx);
    }
}
