//! Functions of each number, and softmax.

/// Rectified linear unit: negative numbers become 0.
///
#[doc = athena_macros::__reference!(relu)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = max(x, 0)
/// ```
///
/// He et al. (2016) and nearly every residual network since put it behind each addition.
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = relu)`.
///
/// # In PyTorch and Keras
///
/// `nn.ReLU`, `F.relu` and `ReLU`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> relu -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-1.0, 0.0, 0.5, 2.0])?;
///     assert_eq!(outputs, [0.0, 0.0, 0.5, 2.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("ReLU", "rectifier"))]
pub mod relu {}

/// Rectified linear unit that ends at 6.
///
#[doc = athena_macros::__reference!(relu6)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = min(max(x, 0), 6)
/// ```
///
/// MobileNetV2 (Sandler et al. 2018) uses it throughout.
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = relu6)`.
///
/// # In PyTorch and Keras
///
/// `nn.ReLU6`, `F.relu6` and `ReLU(max_value=6)`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> relu6 -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-1.0, 0.5, 6.0, 9.0])?;
///     assert_eq!(outputs, [0.0, 0.5, 6.0, 6.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("ReLU6", "clip", "clamp"))]
pub mod relu6 {}

/// Rectified linear unit with a slope below zero.
///
#[doc = athena_macros::__reference!(leaky_relu)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = x           where x >= 0
/// y = slope * x   where x < 0
/// ```
///
/// Maas et al. (2013). The slope is given, not learned.
///
/// The word is also a value of [`activation =`](super::activation), there with its default slope: `conv(16, 3x3, activation = leaky_relu)`.
///
/// # In PyTorch and Keras
///
/// `nn.LeakyReLU(negative_slope)`, `F.leaky_relu` and `LeakyReLU(negative_slope)`, whose default is 0.3.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> leaky_relu(0.5) -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-2.0, 0.0, 0.5, 2.0])?;
///     assert_eq!(outputs, [-1.0, 0.0, 0.5, 2.0]);
///     Ok(())
/// }
/// ```
#[doc(alias("LeakyReLU", "PReLU"))]
pub mod leaky_relu {}

/// Logistic function: any number to one between 0 and 1.
///
#[doc = athena_macros::__reference!(sigmoid)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = 1 / (1 + exp(-x))
/// ```
///
/// As a gate, `x * gate`, it is the end of squeeze and excitation (Hu et al. 2018).
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = sigmoid)`.
///
/// # In PyTorch and Keras
///
/// `nn.Sigmoid`, `F.sigmoid` and `activation="sigmoid"`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> sigmoid -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-100.0, 0.0, 3.0_f32.ln(), 100.0])?;
///     let expected = [0.0, 0.5, 0.75, 1.0];
///     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
///     Ok(())
/// }
/// ```
#[doc(alias("Sigmoid", "logistic", "expit"))]
pub mod sigmoid {}

/// Hyperbolic tangent: any number to one between -1 and 1.
///
#[doc = athena_macros::__reference!(tanh)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = (exp(x) - exp(-x)) / (exp(x) + exp(-x))
/// ```
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = tanh)`.
///
/// # In PyTorch and Keras
///
/// `nn.Tanh`, `F.tanh` and `activation="tanh"`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> tanh -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-100.0, 0.0, 3.0_f32.ln(), 100.0])?;
///     let expected = [-1.0, 0.0, 0.8, 1.0];
///     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
///     Ok(())
/// }
/// ```
#[doc(alias("Tanh"))]
pub mod tanh {}

/// Sigmoid-weighted linear unit, also known as swish.
///
#[doc = athena_macros::__reference!(silu)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = x / (1 + exp(-x))
/// ```
///
/// Elfwing et al. (2017); Ramachandran et al. (2017).
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = silu)`.
///
/// # In PyTorch and Keras
///
/// `nn.SiLU`, `F.silu` and `activation="silu"` or `"swish"`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> silu -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-100.0, 0.0, 3.0_f32.ln(), 100.0])?;
///     let expected = [0.0, 0.0, 0.75 * 3.0_f32.ln(), 100.0];
///     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
///     Ok(())
/// }
/// ```
#[doc(alias("SiLU", "Swish"))]
pub mod silu {}

/// Gaussian error linear unit, in its exact form.
///
#[doc = athena_macros::__reference!(gelu)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = x * (1 + erf(x / sqrt(2))) / 2
/// ```
///
/// Hendrycks and Gimpel (2016). This is no approximation by `tanh`.
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = gelu)`.
///
/// # In PyTorch and Keras
///
/// `nn.GELU()`, `F.gelu` and `activation="gelu"`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> gelu -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-100.0, 0.0, 1.0, 100.0])?;
///     let expected = [0.0, 0.0, 0.841_344_7, 100.0];
///     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
///     Ok(())
/// }
/// ```
#[doc(alias("GELU"))]
pub mod gelu {}

/// Scaled exponential linear unit, which keeps mean 0 and variance 1 from layer to layer.
///
#[doc = athena_macros::__reference!(selu)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = s * x                  where x > 0
/// y = s * a * (exp(x) - 1)   where x <= 0
///
/// s = 1.050700987, a = 1.673263242
/// ```
///
/// Klambauer et al. (2017), whose weights start as `lecun_normal`.
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = selu)`.
///
/// # In PyTorch and Keras
///
/// `nn.SELU`, `F.selu` and `activation="selu"`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> selu -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-100.0, 0.0, 1.0, 2.0])?;
///     let expected = [-1.758_099_3, 0.0, 1.050_701, 2.101_402];
///     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
///     Ok(())
/// }
/// ```
#[doc(alias("SELU", "ELU"))]
pub mod selu {}

/// Smooth form of the rectified linear unit.
///
#[doc = athena_macros::__reference!(softplus)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = ln(1 + exp(x))
/// ```
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = softplus)`.
///
/// # In PyTorch and Keras
///
/// `nn.Softplus()`, `F.softplus` and `activation="softplus"`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> softplus -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-100.0, 0.0, 1.0, 100.0])?;
///     let expected = [0.0, 2.0_f32.ln(), 1.313_261_7, 100.0];
///     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
///     Ok(())
/// }
/// ```
#[doc(alias("Softplus"))]
pub mod softplus {}

/// Swish of straight pieces.
///
#[doc = athena_macros::__reference!(hard_swish)]
///
/// # Shapes
///
/// Any map or vector, and the same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y = x * min(max(x + 3, 0), 6) / 6
/// ```
///
/// Howard et al. (2019), MobileNetV3.
///
/// The word is also a value of [`activation =`](super::activation): `conv(16, 3x3, activation = hard_swish)`.
///
/// # In PyTorch and Keras
///
/// `nn.Hardswish`, `F.hardswish` and `activation="hard_silu"` or `"hard_swish"`.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x2x2) -> 4 {
///         input -> hard_swish -> flatten
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[-3.0, 0.0, 1.0, 3.0])?;
///     let expected = [0.0, 0.0, 2.0 / 3.0, 3.0];
///     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
///     Ok(())
/// }
/// ```
#[doc(alias("Hardswish", "HardSwish", "hard_silu"))]
pub mod hard_swish {}

/// Scores as probabilities: each is above 0, and all of an image's add up to 1.
///
#[doc = athena_macros::__reference!(softmax)]
///
/// # Shapes
///
/// A vector, or a map of `C x H x W`, whose `C` numbers at each pixel become probabilities. The same shape comes out. Without parameters.
///
/// # Formula
///
/// ```text
/// y[i] = exp(x[i] - max(x)) / sum over j of exp(x[j] - max(x))
/// ```
///
/// A network need not end with it: [`CrossEntropy`](crate::loss::CrossEntropy) takes scores. Where it is the last step, it costs training
/// nothing, since the loss is computed from the scores before it, and [`predict`](crate::Model::predict) gives probabilities.
///
/// # In PyTorch and Keras
///
/// `nn.Softmax(dim=1)`, `F.softmax(x, dim=1)` and `Softmax()`. PyTorch's `CrossEntropyLoss` must not stand behind a softmax; here it may.
///
/// # Example
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(1x1x3) -> 3 {
///         input -> flatten -> softmax
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let outputs = Net::new(0).predict(&[0.0, 2.0_f32.ln(), 5.0_f32.ln()])?;
///     let expected = [1.0 / 8.0, 2.0 / 8.0, 5.0 / 8.0];
///     assert!(outputs.iter().zip(expected).all(|(y, wanted)| (y - wanted).abs() < 1e-6));
///     Ok(())
/// }
/// ```
#[doc(alias("Softmax", "LogSoftmax", "probabilities"))]
pub mod softmax {}
