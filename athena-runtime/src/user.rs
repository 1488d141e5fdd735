//! Layers of your own: Rust types that are used as layers of a network, by their paths.
//!
//! A constant expression whose type implements [`Pointwise`] or [`Layer`] can be a step of a network:
//!
//! ```text
//! -> crate::Mish -> crate::Scaled(0.5) -> self::Upsample as 16x16x16
//! ```
//!
//! ```
//! use athena::layer::{Layer, Pointwise};
//! use athena::prelude::*;
//!
//! /// x * sigmoid(beta * x): Ramachandran et al. (2017).
//! struct Swish {
//!     beta: f32,
//! }
//!
//! impl Pointwise for Swish {
//!     fn forward(&self, x: f32) -> f32 {
//!         x / (1.0 + (-self.beta * x).exp())
//!     }
//!
//!     fn derivative(&self, x: f32) -> f32 {
//!         let gate = 1.0 / (1.0 + (-self.beta * x).exp());
//!         gate + self.beta * x * gate * (1.0 - gate)
//!     }
//! }
//!
//! /// The largest value of each channel.
//! struct GlobalMax;
//!
//! impl<const C: usize, const H: usize, const W: usize> Layer<C, H, W> for GlobalMax {
//!     const OUTPUT: [usize; 3] = [C, 1, 1];
//!
//!     fn forward(&self, x: &[f32], y: &mut [f32]) {
//!         for (y, x) in y.iter_mut().zip(x.chunks_exact(H * W)) {
//!             *y = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
//!         }
//!     }
//!
//!     fn backward(&self, x: &[f32], dy: &[f32], dx: &mut [f32]) {
//!         for ((x, dy), dx) in x.chunks_exact(H * W).zip(dy).zip(dx.chunks_exact_mut(H * W)) {
//!             let largest = (0..x.len()).fold(0, |best, i| if x[i] > x[best] { i } else { best });
//!             dx[largest] += dy;
//!         }
//!     }
//! }
//!
//! resnet! {
//!     struct Net(3x8x8) -> 10 {
//!         input -> conv(16, 3x3) -> self::Swish { beta: 1.5 } -> self::GlobalMax as 16 -> linear(10)
//!     }
//! }
//!
//! fn main() -> Result<(), athena::Error> {
//!     assert_eq!(Net::new(1).predict(&[0.5; 3 * 64])?.len(), 10);
//!     Ok(())
//! }
//! ```
//!
//! Pointwise functions keep the shape. For any other layer the network declares the output shape after `as`: channels x height x
//! width, or one number for a vector. While the program compiles, rustc compares it with the type's [`OUTPUT`](Layer::OUTPUT).
//!
//! A [`Layer`] has no parameters: gradients pass through it. A layer that learns is a [`ParametricLayer`], which names its parameters.
//! [`check_gradients`] compares its gradients with finite differences.

mod check;
mod parametric;

pub use check::{GradientError, check_gradients};
pub(crate) use parametric::MOST_TENSORS;
#[doc(hidden)]
pub use parametric::check_tensors;
pub use parametric::{Init, ParametricLayer, Tensor, Tensors};

/// An elementwise function.
///
/// `forward` and `derivative` are called for every value of a map, so they should be short and `#[inline]`.
///
/// ```
/// /// x * tanh(ln(1 + exp x)): Misra (2019).
/// pub struct Mish;
///
/// impl athena::layer::Pointwise for Mish {
///     #[inline]
///     fn forward(&self, x: f32) -> f32 {
///         x * x.exp().ln_1p().tanh()
///     }
///
///     #[inline]
///     fn derivative(&self, x: f32) -> f32 {
///         let t = x.exp().ln_1p().tanh();
///         t + x * (1.0 - t * t) / (1.0 + (-x).exp())
///     }
/// }
/// ```
#[doc(alias("activation function", "Lambda", "custom activation"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a pointwise layer",
    label = "does not implement `athena::layer::Pointwise`",
    note = "implement `athena::layer::Pointwise` for it, or `athena::layer::Layer` and write the shape that it makes: `as 16x8x8`"
)]
pub trait Pointwise: Sync {
    /// The function.
    fn forward(&self, x: f32) -> f32;

    /// Its derivative at `x`.
    fn derivative(&self, x: f32) -> f32;
}

/// A layer from maps of `C x H x W` (a vector of `N` is `N x 1 x 1`) to maps of [`OUTPUT`](Self::OUTPUT), image by image.
///
/// Implement it for all shapes that the layer takes. Maps are plain slices, channel by channel and row by row. Several threads
/// call both methods at the same time, for different images. The methods must always give the same results for the same
/// arguments.
///
/// ```
/// /// Each pixel twice in both directions.
/// pub struct Upsample;
///
/// impl<const C: usize, const H: usize, const W: usize> athena::layer::Layer<C, H, W> for Upsample {
///     const OUTPUT: [usize; 3] = [C, 2 * H, 2 * W];
///
///     fn forward(&self, x: &[f32], y: &mut [f32]) {
///         for (i, y) in y.iter_mut().enumerate() {
///             let (row, column) = (i / (2 * W), i % (2 * W));
///             *y = x[row / 2 * W + column / 2];
///         }
///     }
///
///     fn backward(&self, _: &[f32], dy: &[f32], dx: &mut [f32]) {
///         for (i, dy) in dy.iter().enumerate() {
///             let (row, column) = (i / (2 * W), i % (2 * W));
///             dx[row / 2 * W + column / 2] += dy;
///         }
///     }
/// }
/// ```
#[doc(alias("autograd.Function", "keras.Layer", "custom layer"))]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer for maps of {C} x {H} x {W}",
    label = "does not implement `athena::layer::Layer<{C}, {H}, {W}>`",
    note = "implement `athena::layer::Layer<C, H, W>` for it; a `Pointwise` one keeps the shape and is written without `as`"
)]
pub trait Layer<const C: usize, const H: usize, const W: usize>: Sync {
    /// Channels, height and width of the output; `[N, 1, 1]` for a vector.
    const OUTPUT: [usize; 3];

    /// Computes the output `y` from the input `x`. `y` contains zeros when it is called.
    fn forward(&self, x: &[f32], y: &mut [f32]);

    /// Adds the gradient of the input `x` to `dx`. `dy` is the gradient of the output.
    fn backward(&self, x: &[f32], dy: &[f32], dx: &mut [f32]);
}

/// The output shape of a layer for maps of `C x H x W`.
#[doc(hidden)]
pub const fn output_of<L: ParametricLayer<C, H, W>, const C: usize, const H: usize, const W: usize>(
    _: &L,
) -> [usize; 3] {
    L::OUTPUT
}

/// Is a compile error at the caller unless the two shapes are the same.
#[doc(hidden)]
#[track_caller]
pub const fn check_output(input: [usize; 3], made: [usize; 3], declared: [usize; 3]) {
    if made[0] == declared[0] && made[1] == declared[1] && made[2] == declared[2] {
        return;
    }
    let text = Text::new().with("the layer makes ").shape(made).with(" of ").shape(input);
    let text = text.with(", but ").shape(declared).with(" is declared\nhelp: write `").shape(made).with("`");
    panic!("{}", text.as_str())
}

/// A short text that is built at compile time.
struct Text {
    bytes: [u8; 256],
    len: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; 256], len: 0 }
    }

    const fn with(mut self, text: &str) -> Self {
        let mut at = 0;
        while at < text.len() && self.len < self.bytes.len() {
            self.bytes[self.len] = text.as_bytes()[at];
            (self.len, at) = (self.len + 1, at + 1);
        }
        self
    }

    const fn number(self, number: usize) -> Self {
        const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
        let before = if number < 10 { self } else { self.number(number / 10) };
        before.with(DIGITS[number % 10])
    }

    const fn shape(self, [channels, height, width]: [usize; 3]) -> Self {
        self.number(channels).with("x").number(height).with("x").number(width)
    }

    const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "the layer makes another shape than is declared",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_compared_and_named() {
        check_output([1, 2, 3], [16, 8, 8], [16, 8, 8]);
        let found = std::panic::catch_unwind(|| check_output([16, 8, 9], [16, 1024, 18], [16, 16, 0]));
        let text = found.expect_err("they differ").downcast::<String>().expect("a text");
        assert_eq!(*text, "the layer makes 16x1024x18 of 16x8x9, but 16x16x0 is declared\nhelp: write `16x1024x18`");
    }
}
