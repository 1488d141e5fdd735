//! The front door of the language.

/// Turns a residual network, written as papers draw it, into a struct with unrolled forward and backward code.
///
/// Every shape is inferred while the program compiles, and every mistake is a compile error on the word that is wrong.
///
/// # Frozen layers
///
/// `#[freeze(...)]` on a struct names layers that training leaves alone: their parameters have no gradients and no optimiser
/// moves them, their batch norms normalise with the running statistics and do not change them. What no learnable layer lies
/// before has no backward pass. Dropout stays as it is.
///
/// ```
/// use athena::{Model, resnet};
///
/// resnet! {
///     #[freeze(conv1, bn*)]
///     struct Net(1x8x8) -> 10 {
///         input
///             -> conv1: conv(16, 3x3) -> bn1: batch_norm -> relu
///             -> conv2: conv(16, 3x3) -> bn2: batch_norm -> relu
///             -> global_avg_pool -> flatten -> fc: linear(10)
///     }
/// }
///
/// # fn main() {
/// assert_eq!(Net::LEARNABLE, 16 * 16 * 9 + 16 * 10 + 10);
/// # }
/// ```
///
/// Patterns are paths as in the state dict, without the tensor: `layer1.0` is all that lies below it, `*` any characters of one
/// name, `**` any names. `not(fc)` is every layer but `fc`. What any pattern matches is frozen.
///
/// # Layers of your own
///
/// A path with at least two names is an expression of Rust's for a layer of your own, see [`layer`](crate::layer):
/// `crate::Mish`, `my::Scaled(0.5)`, `my::Swish { beta: 1.5 }`. The values must be constants; a closure is one, as in
/// `my::Map(|x| 2.0 * x)`. `as` and a shape behind it say what it makes if it is other than what it takes:
/// `my::Upsample as 16x16x16`, or `my::Embed as 10` for a vector.
#[macro_export]
macro_rules! resnet {
    ($($tokens:tt)*) => {
        $crate::__resnet! { $crate; $($tokens)* }
    };
}
