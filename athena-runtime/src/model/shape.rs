//! The types of what a network takes and gives, so that data for one network is not fed to another.

/// Images of `C` channels, `H` rows and `W` columns, as a type: no value of it is ever needed.
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

/// One of `N` classes, as a type: no value of it is ever needed.
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

/// An [`Image`] type: what functions for networks of any shape ask for.
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

/// A [`Classes`] type: what functions for any number of classes ask for. See [`ImageShape`].
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
    /// How many classes there are.
    const COUNT: usize;
}

impl<const C: usize, const H: usize, const W: usize> ImageShape for Image<C, H, W> {
    const SHAPE: [usize; 3] = [C, H, W];
}

impl<const N: usize> ClassCount for Classes<N> {
    const COUNT: usize = N;
}
