//! The types of images and classes. With them rustc refuses data of another shape than the network's.

/// A type for images of `C` channels, `H` rows and `W` columns. It is only used as a type parameter and has no values.
///
/// ```
/// use athena::{Classes, Image};
/// use athena::data::Dataset;
///
/// fn main() -> Result<(), athena::Error> {
///     let black = Dataset::<Image<3, 32, 32>, Classes<10>>::from_bytes(vec![0; 3 * 32 * 32], [7])?;
///     assert_eq!(black.len(), 1);
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Image<const C: usize, const H: usize, const W: usize>;

/// A type for `N` classes. It is only used as a type parameter and has no values.
///
/// ```
/// use athena::data::Batch;
/// use athena::{Classes, Image};
///
/// // A label of 10 is no class of ten, which are 0 to 9.
/// assert!(Batch::<Image<1, 1, 1>, Classes<10>>::new([0.5], [10]).is_err());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Classes<const N: usize>;

mod sealed {
    pub trait Sealed {}
    impl<const C: usize, const H: usize, const W: usize> Sealed for super::Image<C, H, W> {}
    impl<const N: usize> Sealed for super::Classes<N> {}
}

/// The trait of [`Image`] types, for functions that are generic over the image shape.
///
/// ```
/// use athena::data::Dataset;
/// use athena::{ClassCount, Classes, Error, Image, ImageShape};
///
/// /// White images, one of each class.
/// fn white<I: ImageShape, K: ClassCount>() -> Result<Dataset<I, K>, Error> {
///     let pixels: usize = I::SHAPE.iter().product();
///     Dataset::from_bytes(vec![255; K::COUNT * pixels], (0..K::COUNT as u32).collect::<Vec<_>>())
/// }
///
/// fn main() -> Result<(), Error> {
///     assert_eq!(white::<Image<3, 8, 8>, Classes<10>>()?.len(), 10);
///     Ok(())
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of an image",
    label = "no `Image<channels, height, width>`",
    note = "a data set of CIFAR-10 is `Dataset<Image<3, 32, 32>, Classes<10>>`"
)]
pub trait ImageShape: sealed::Sealed + Send + Sync + 'static {
    /// Channels, height and width.
    const SHAPE: [usize; 3];
}

/// The trait of [`Classes`] types, for functions that are generic over the number of classes. See [`ImageShape`].
///
/// ```
/// use athena::{ClassCount, Classes};
///
/// assert_eq!(Classes::<10>::COUNT, 10);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number of classes",
    label = "no `Classes<number>`",
    note = "a data set of CIFAR-10 is `Dataset<Image<3, 32, 32>, Classes<10>>`"
)]
pub trait ClassCount: sealed::Sealed + Send + Sync + 'static {
    /// Number of classes.
    const COUNT: usize;
}

impl<const C: usize, const H: usize, const W: usize> ImageShape for Image<C, H, W> {
    const SHAPE: [usize; 3] = [C, H, W];
}

impl<const N: usize> ClassCount for Classes<N> {
    const COUNT: usize = N;
}
