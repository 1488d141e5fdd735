//! The words between the layers: what declares networks and blocks, names values and says what learns.

/// Declares a network: its name, its image, its classes, and its body.
///
/// ```text
/// pub struct Name(CxHxW) -> classes { body }
/// ```
///
/// The shape is channels x height x width. The body's last value must be a vector of the promised number of classes; [`softmax`](super::softmax)
/// may end it. Sizes are literals: a macro is expanded before rustc knows constants.
///
/// What comes of it is a struct of this name and visibility that implements [`Model`](crate::Model). Attributes stand before it as before
/// any struct: `/// documentation`, `#[derive(Clone, Debug, PartialEq)]`, `#[cfg(...)]`, and [`#[freeze(...)]`](super::freeze). One
/// invocation may declare several networks, which share its [blocks](super::block).
///
/// # In PyTorch and Keras
///
/// A subclass of `nn.Module`; `keras.Model(inputs, outputs)`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     /// Ten digits.
///     #[derive(Clone)]
///     pub struct Digits(1x28x28) -> 10 {
///         input
///             -> conv(16, 3x3, activation = relu)
///             -> global_avg_pool -> flatten -> linear(10)
///     }
///
///     /// Its small sister.
///     struct Even(1x28x28) -> 2 {
///         input -> global_avg_pool -> flatten -> linear(2)
///     }
/// }
///
/// fn main() {
///     let digits = Digits::new(1);
///     let copy = digits.clone();
///     assert_eq!(copy.parameter("conv1.weight"), digits.parameter("conv1.weight"));
///     assert_eq!((Digits::INPUT, Digits::CLASSES, Even::CLASSES), ([1, 28, 28], 10, 2));
/// }
/// ```
#[doc(alias("nn.Module", "Module", "Sequential", "keras.Model", "network"))]
pub mod r#struct {}

/// Declares a part of a network, with parameters, that is used by its name.
///
/// ```text
/// block name(parameter, parameter = default) { body }
/// ```
///
/// A body is that of a [`struct`](super::struct), its [`input`](super::input) what stands before the call. What it makes is inferred, for each call anew.
/// Parameters are numbers, sizes such as `3x3`, words such as `same`, or arithmetic on whole numbers with `+ - * /`; a default may use the parameters before it.
/// An argument that is a parameter of the same name need not be written twice: `conv(filters, 1x1, stride)`.
///
/// A block is seen within its own `resnet!`, stands before or behind its uses, and may call others, but not itself. Parameters of its layers lie
/// below the call's label: `layer1: basic(16)` owns `layer1.conv1.weight`.
///
/// # In PyTorch and Keras
///
/// `BasicBlock` and `Bottleneck` of torchvision; a function that adds layers.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(3x32x32) -> 10 {
///         input
///             -> conv(16, 3x3) -> batch_norm -> relu
///             -> stage1: bottleneck(64, stride = 1)
///             -> stage2: bottleneck(128)
///             -> global_avg_pool -> flatten -> linear(10)
///     }
///
///     /// He et al. (2016), figure 5: the middle is a fourth as wide.
///     block bottleneck(filters, stride = 2, width = filters / 4) {
///         let shortcut = input -> conv(filters, 1x1, stride) -> batch_norm;
///         input
///             -> conv(width, 1x1) -> batch_norm -> relu
///             -> conv(width, 3x3, stride) -> batch_norm -> relu
///             -> conv3: conv(filters, 1x1) -> batch_norm
///             -> + shortcut -> relu
///     }
/// }
///
/// fn main() {
///     assert!(Net::parameter_names().contains(&("stage2.conv3.weight", &[128, 32, 1, 1])));
/// }
/// ```
#[doc(alias("BasicBlock", "Bottleneck", "residual block", "subroutine", "function"))]
pub mod block {}

/// Names a value, to use it further on.
///
/// ```text
/// let name = chain;
/// ```
///
/// Bindings stand before the body's last chain, and a name is known behind its own. It may be used any number of times, as the start of a chain
/// (`name -> conv(16, 3x3)`) or as an operand (`-> + name`). It names a value, not parameters: those go by [labels](crate::resnet#labels-and-parameter-paths).
///
/// A label names a value in passing: `-> stem: conv(16, 3x3) -> ... -> + stem`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(3x16x16) -> 10 {
///         let stem = input -> conv(16, 3x3) -> batch_norm -> relu;
///         let near = stem -> conv(16, 3x3) -> batch_norm;
///         let far = stem -> conv(16, 3x3, dilation = 2) -> batch_norm;
///         near + far + stem -> relu -> global_avg_pool -> flatten -> linear(10)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let scores = Net::new(1).predict(&[0.5; 3 * 16 * 16])?;
///     assert_eq!(scores.len(), 10);
///     Ok(())
/// }
/// ```
#[doc(alias("input_list", "layer_id", "functional API"))]
pub mod r#let {}

/// What a body starts from: the network's image in a `struct`, the block's argument in a `block`.
///
/// ```text
/// input -> conv(16, 3x3) -> ... -> + input
/// ```
///
/// It may be used any number of times: in a residual block it is where the main path begins and what the skip adds.
///
/// In a [`struct`](super::struct) it is a map of the shape that its head names, as the program hands it to [`predict`](crate::Model::predict) or a
/// [`Batch`](crate::data::Batch) holds it. In a [`block`](super::block) it is what stands before the call.
///
/// # In PyTorch and Keras
///
/// `x` in `forward(self, x)`; `keras.Input(shape=(H, W, C))`, whose channels are last.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x1x2) -> 2 {
///         input -> twice() -> flatten
///     }
///
///     block twice() {
///         input + input
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     assert_eq!(Net::new(0).predict(&[1.0, 20.0])?, [2.0, 40.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("Input", "InputLayer", "x"))]
pub mod input {}

/// An attribute of a network: which of its layers do not learn.
///
/// ```text
/// #[freeze(pattern, pattern)]
/// #[freeze(not(pattern, pattern))]
/// ```
///
/// A pattern is a [parameter path](crate::resnet#labels-and-parameter-paths), as in the state dict without the tensor's name, and covers all that
/// lies below it:
///
/// | pattern | layers |
/// |---|---|
/// | `conv1` | `conv1` |
/// | `layer1.0` | all of the first block of `layer1` |
/// | `layer*` | `layer1`, `layer2` ...: `*` is any characters of one name |
/// | `**.bn1` | every `bn1`, however deep: `**` is any names |
/// | `not(fc)` | every layer but `fc` |
///
/// Frozen parameters have no gradients and no optimiser moves them. Frozen batch norms normalise with their running statistics and do not change
/// them. What no learning layer lies before has no backward pass and runs as in inference. Dropout stays as it is. A pattern that matches nothing is
/// a compile error, and so is a network in which nothing learns.
///
/// To go on with other layers, declare a second network and give it the first one's weights: [`Model::with_weights_of`](crate::Model::with_weights_of).
///
/// # In PyTorch and Keras
///
/// `requires_grad_(False)` together with `eval()` of the batch norms; `layer.trainable = False`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
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
/// fn main() {
///     assert_eq!(Net::LEARNABLE, 16 * 16 * 9 + 16 * 10 + 10); // conv2 and fc
/// }
/// ```
#[doc(alias("requires_grad", "requires_grad_", "trainable", "no_grad", "stop_gradient"))]
pub mod freeze {}

/// Says what a layer of your own makes.
///
/// ```text
/// -> crate::Upsample as 16x16x16
/// -> my::Embed as 10
/// ```
///
/// A path with at least two names is a layer of your own, see [`layer`](crate::layer): `crate::Mish`, `self::Mish`, `my::Scaled(0.5)`,
/// `my::Swish { beta: 1.5 }`. It is an expression of Rust's, whose values must be constants; a closure is one, as in `my::Map(|x| 2.0 * x)`.
/// The macro cannot see its type, so a layer that changes the shape says behind `as` which one it makes: channels x height x width, or one number
/// for a vector. rustc compares it with the type's [`OUTPUT`](crate::layer::Layer::OUTPUT) while the program compiles. Without `as`,
/// the shape stays.
///
/// # In PyTorch and Keras
///
/// A subclass of `torch.autograd.Function`; a subclass of `keras.Layer`.
///
/// # Example
///
/// ```
/// use athena::layer::{Layer, Pointwise};
/// use athena::prelude::*;
///
/// /// x * factor.
/// struct Scaled(f32);
///
/// impl Pointwise for Scaled {
///     fn forward(&self, x: f32) -> f32 {
///         self.0 * x
///     }
///
///     fn derivative(&self, _: f32) -> f32 {
///         self.0
///     }
/// }
///
/// /// Half of each row.
/// struct Left;
///
/// impl<const C: usize, const H: usize, const W: usize> Layer<C, H, W> for Left {
///     const OUTPUT: [usize; 3] = [C, H, W / 2];
///
///     fn forward(&self, x: &[f32], y: &mut [f32]) {
///         for (y, x) in y.chunks_exact_mut(W / 2).zip(x.chunks_exact(W)) {
///             y.copy_from_slice(&x[..W / 2]);
///         }
///     }
///
///     fn backward(&self, _: &[f32], dy: &[f32], dx: &mut [f32]) {
///         for (dy, dx) in dy.chunks_exact(W / 2).zip(dx.chunks_exact_mut(W)) {
///             dx.iter_mut().zip(dy).for_each(|(dx, dy)| *dx += dy);
///         }
///     }
/// }
///
/// resnet! {
///     struct Net(1x2x4) -> 4 {
///         input -> self::Scaled(10.0) -> self::Left as 1x2x2 -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])?;
///     assert_eq!(outputs, [10.0, 20.0, 50.0, 60.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("custom layer", "autograd.Function", "keras.Layer", "Lambda", "own layer"))]
pub mod r#as {}

/// An argument of [`conv`](super::conv), [`linear`](super::linear) and [`batch_norm`](super::batch_norm): a function of each number as the next step.
///
/// ```text
/// conv(16, 3x3, activation = relu)      is      conv(16, 3x3) -> relu
/// ```
///
/// It takes [`relu`](super::relu), [`relu6`](super::relu6), [`leaky_relu`](super::leaky_relu), [`sigmoid`](super::sigmoid), [`tanh`](super::tanh),
/// [`silu`](super::silu), [`gelu`](super::gelu), [`selu`](super::selu), [`softplus`](super::softplus), [`hard_swish`](super::hard_swish) and
/// [`softmax`](super::softmax), each with its defaults. The label of such a step is that of its activation's value.
///
/// # In PyTorch and Keras
///
/// PyTorch has no such argument; `Conv2D(16, 3, activation="relu")`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Short(1x8x8) -> 10 {
///         input -> conv(16, 3x3, activation = relu) -> flatten -> linear(10)
///     }
///
///     struct Long(1x8x8) -> 10 {
///         input -> conv(16, 3x3) -> relu -> flatten -> linear(10)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let image = [0.5; 64];
///     assert_eq!(Short::new(1).predict(&image)?, Long::new(1).predict(&image)?);
///     Ok(())
/// }
/// ```
#[doc(alias("actv", "act"))]
pub mod activation {}

/// An argument of [`conv`](super::conv) and [`linear`](super::linear): how the weights start.
///
/// ```text
/// conv(16, 3x3, init = xavier_uniform)
/// ```
///
/// | value | weights | in PyTorch | in Keras |
/// |---|---|---|---|
/// | `he_normal` | normal, variance `2 / fan_in` (He et al. 2015); of `conv` unless said | `kaiming_normal_` | `he_normal`, which cuts the tails off |
/// | `he_uniform` | uniform within `sqrt(6 / fan_in)` | `kaiming_uniform_` | `he_uniform` |
/// | `xavier_normal` | normal, variance `2 / (fan_in + fan_out)` (Glorot and Bengio 2010) | `xavier_normal_` | `glorot_normal`, which cuts the tails off |
/// | `xavier_uniform` | uniform within `sqrt(6 / (fan_in + fan_out))` | `xavier_uniform_` | `glorot_uniform`, its default |
/// | `lecun_uniform` | uniform within `1 / sqrt(fan_in)`; of `linear` unless said | `kaiming_uniform_(a=sqrt(5))`, its default | |
/// | `zeros` | 0 | `zeros_` | `zeros` |
///
/// `fan_in` is how many numbers a weight's output is a sum of: channels / groups * kernel height * kernel width, or the inputs of a linear layer. The seed
/// is that of [`Model::new`](crate::Model::new). Biases start as PyTorch's do, scales of batch norms at 1, their shifts at 0.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(3x8x8) -> 10 {
///         input
///             -> conv1: conv(16, 3x3, init = he_uniform) -> relu
///             -> global_avg_pool -> flatten -> fc: linear(10, init = zeros)
///     }
/// }
///
/// fn main() {
///     let network = Net::new(1);
///     let bound = (6.0_f32 / (3.0 * 3.0 * 3.0)).sqrt();
///     let weights = network.parameter("conv1.weight").unwrap_or_default();
///     assert!(weights.iter().all(|weight| weight.abs() <= bound));
///     assert_eq!(network.parameter("fc.weight"), Some(vec![0.0; 160]));
/// }
/// ```
#[doc(alias(
    "kaiming_normal_",
    "kaiming_uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "glorot_uniform",
    "kernel_initializer",
    "he_normal"
))]
pub mod init {}

/// An argument of [`conv`](super::conv), [`max_pool`](super::max_pool) and [`avg_pool`](super::avg_pool): how far windows reach beyond the map.
///
/// ```text
/// conv(16, 3x3, padding = valid)
/// ```
///
/// | value | rows and columns on each side | a side of `n` becomes |
/// |---|---|---|
/// | `same`, of `conv` unless said | `dilation * (kernel - 1) / 2`, kernels being odd | `n / stride`, rounded up |
/// | `valid`, of the pools unless said | none | `(n - dilation * (kernel - 1) - 1) / stride + 1`, rounded down |
/// | a number | that many | `(n + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1`, rounded down |
/// | `1x3` | 1 row above and below, 3 columns left and right | the same, side by side |
///
/// Both sides of a map get the same: PyTorch's `padding = kernel // 2`. Keras's `same` pads more on one side where the kernel does not fit
/// evenly, so that its numbers differ there. Convolutions see zeros beyond the map; for other borders there is [`pad`](super::pad).
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x1x3) -> 1 {
///         input -> c: conv(1, 1x3, padding = valid) -> flatten
///     }
///
///     struct Same(1x1x3) -> 3 {
///         input -> c: conv(1, 1x3) -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let mut network = Net::new(0);
///     network.set_parameter("c.weight", &[1.0, 1.0, 1.0])?;
///     network.set_parameter("c.bias", &[0.0])?;
///     assert_eq!(network.predict(&[1.0, 2.0, 4.0])?, [7.0]);
///
///     let mut network = Same::new(0);
///     network.set_parameter("c.weight", &[1.0, 1.0, 1.0])?;
///     network.set_parameter("c.bias", &[0.0])?;
///     assert_eq!(network.predict(&[1.0, 2.0, 4.0])?, [3.0, 7.0, 6.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("same", "valid", "padding_mode"))]
pub mod padding {}
