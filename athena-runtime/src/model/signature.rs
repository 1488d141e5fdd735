//! What a network takes and what it promises: as Rust types, and as names and sizes.

/// One input or output of a network: its name, and the shape of one image's.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Net(scan: 1x8x8, history: 12) -> 2 {
///         let image = scan -> global_avg_pool -> flatten;
///         image || history -> linear(2)
///     }
/// }
///
/// fn main() {
///     let [scan, history] = Net::INPUTS else { unreachable!() };
///     assert_eq!((scan.name, scan.shape, scan.len()), ("scan", &[1, 8, 8][..], 64));
///     assert_eq!((history.name, history.shape), ("history", &[12][..]));
///     assert_eq!(Net::OUTPUTS[0].name, "output");
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name in the signature. An image without a name is `input`, an output without one is `output`.
    pub name: &'static str,
    /// Channels, height and width of a map; the length of a vector.
    pub shape: &'static [usize],
}

impl Port {
    /// How many numbers it has for one image.
    ///
    /// # Panics
    /// The shape has neither one nor three sizes, which no network's has.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "an input or output is never empty")]
    pub const fn len(&self) -> usize {
        let [channels, height, width] = self.map();
        channels * height * width
    }

    /// Channels, height and width. A vector is a map of one pixel.
    ///
    /// # Panics
    /// The shape has neither one nor three sizes, which no network's has.
    #[must_use]
    pub const fn map(&self) -> [usize; 3] {
        match *self.shape {
            [channels, height, width] => [channels, height, width],
            [len] => [len, 1, 1],
            _ => panic!("a value is a map or a vector"),
        }
    }
}

/// The Rust types of a network's inputs and outputs. It is [`Plain`] for a network of one image and one output without names. A network whose
/// inputs or outputs have names is its own.
///
/// Call functions that are generic over it with any network: `fn parameters<M: Model<S>, S: Signature>(network: &M)`.
///
/// ```
/// use athena::{Model, Signature, resnet};
///
/// resnet! {
///     pub struct Plain(1x8x8) -> 10 { input -> flatten -> linear(10) }
///     pub struct Two(1x8x8) -> (class: 10, side: 2) {
///         let vector = input -> flatten;
///         let class = vector -> linear(10);
///         let side = vector -> linear(2);
///     }
/// }
///
/// fn size<M: Model<S>, S: Signature>(_: &M) -> usize {
///     M::PARAMETERS
/// }
///
/// fn main() {
///     assert_eq!((size(&Plain::new(1)), size(&Two::new(1))), (650, 650 + 130));
/// }
/// ```
pub trait Signature: Sized + 'static {
    /// What `predict` takes: `&[f32]` for one image, and a struct of slices for named inputs. Each is N x the numbers of one.
    type Inputs<'a>: Copy;
    /// One `T` for each output: `T` itself for one output without a name, and a struct with a field for each named one.
    type Each<T>;

    /// The inputs in the order of the signature.
    #[doc(hidden)]
    fn inputs<'a>(inputs: Self::Inputs<'a>) -> impl AsRef<[&'a [f32]]>;

    /// Makes a value for each output from its number in the signature.
    #[doc(hidden)]
    fn each<T>(make: impl FnMut(usize) -> T) -> Self::Each<T>;

    /// The values of the outputs, in the order of the signature.
    #[doc(hidden)]
    fn list<'a, T: 'a>(each: &'a Self::Each<T>) -> impl AsRef<[&'a T]>;
}

/// The [`Signature`] of a network of one image and one output without names.
///
/// ```
/// use athena::{Model, Plain, resnet};
///
/// resnet! {
///     struct Net(1x8x8) -> 10 { input -> flatten -> linear(10) }
/// }
///
/// fn scores<M: Model<Plain>>(network: &M, images: &[f32]) -> Result<Vec<f32>, athena::Error> {
///     network.predict(images) // `M: Model` means the same
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     assert_eq!(scores(&Net::new(1), &[0.5; 64])?.len(), 10);
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Plain;

impl Signature for Plain {
    type Inputs<'a> = &'a [f32];
    type Each<T> = T;

    fn inputs<'a>(inputs: Self::Inputs<'a>) -> impl AsRef<[&'a [f32]]> {
        [inputs]
    }

    fn each<T>(mut make: impl FnMut(usize) -> T) -> T {
        make(0)
    }

    fn list<'a, T: 'a>(each: &'a T) -> impl AsRef<[&'a T]> {
        [each]
    }
}

/// What a network takes.
pub(crate) type Inputs<'a, M> = <<M as super::Network>::Signature as Signature>::Inputs<'a>;
/// One `T` for each output of a network.
pub(crate) type Each<M, T> = <<M as super::Network>::Signature as Signature>::Each<T>;
