//! The types of images and classes. With them rustc refuses data of another shape than the network's.

use crate::layout::Port;

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

/// A type for maps of `C` numbers a pixel, `H` x `W` pixels, as a segmentation gives them: a class for each pixel, or `C` values. It is only used as
/// a type parameter and has no values.
///
/// ```
/// use athena::{ClassCount, ClassMap};
///
/// assert_eq!(ClassMap::<21, 64, 48>::COUNT, 21);
/// assert_eq!(ClassMap::<21, 64, 48>::SHAPE, [21, 64, 48]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClassMap<const C: usize, const H: usize, const W: usize>;

/// Only athena's types, and networks that `resnet!` makes, are types of images and classes.
pub mod sealed {
    /// Implemented by these types alone.
    #[doc(hidden)]
    pub trait Sealed {}
    impl<const C: usize, const H: usize, const W: usize> Sealed for super::Image<C, H, W> {}
    impl<const N: usize> Sealed for super::Classes<N> {}
    impl<const C: usize, const H: usize, const W: usize> Sealed for super::ClassMap<C, H, W> {}
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
    /// Channels, height and width. It is a compile error for a network whose inputs have names.
    const SHAPE: [usize; 3];
    /// The inputs.
    #[doc(hidden)]
    const PORTS: &'static [Port];
}

/// The trait of [`Classes`] and [`ClassMap`] types, for functions that are generic over the number of classes. See [`ImageShape`].
///
/// ```
/// use athena::{ClassCount, Classes};
///
/// assert_eq!((Classes::<10>::COUNT, Classes::<10>::SHAPE), (10, [10, 1, 1]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number of classes",
    label = "no `Classes<number>`",
    note = "a data set of CIFAR-10 is `Dataset<Image<3, 32, 32>, Classes<10>>`"
)]
pub trait ClassCount: sealed::Sealed + Send + Sync + 'static {
    /// Number of classes. It is a compile error for a network whose outputs have names.
    const COUNT: usize;
    /// The shape of one image's outputs: classes, height and width; height and width are 1 for [`Classes`].
    const SHAPE: [usize; 3] = [Self::COUNT, 1, 1];
    /// The outputs.
    #[doc(hidden)]
    const PORTS: &'static [Port];
}

impl<const C: usize, const H: usize, const W: usize> ImageShape for Image<C, H, W> {
    const SHAPE: [usize; 3] = [C, H, W];
    const PORTS: &'static [Port] = &[Port { name: "input", shape: &[C, H, W] }];
}

impl<const N: usize> ClassCount for Classes<N> {
    const COUNT: usize = N;
    const PORTS: &'static [Port] = &[Port { name: "output", shape: &[N] }];
}

impl<const C: usize, const H: usize, const W: usize> ClassCount for ClassMap<C, H, W> {
    const COUNT: usize = C;
    const SHAPE: [usize; 3] = [C, H, W];
    const PORTS: &'static [Port] = &[Port { name: "output", shape: &[C, H, W] }];
}
