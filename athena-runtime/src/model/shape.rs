//! The types of what a network takes and gives, so that data for one network is not fed to another.

/// Images of `C` channels, `H` rows and `W` columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Image<const C: usize, const H: usize, const W: usize>;

/// One of `N` classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Classes<const N: usize>;

mod sealed {
    pub trait Sealed {}
    impl<const C: usize, const H: usize, const W: usize> Sealed for super::Image<C, H, W> {}
    impl<const N: usize> Sealed for super::Classes<N> {}
}

/// An [`Image`] type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of an image",
    label = "no `Image<channels, height, width>`",
    note = "a data set of CIFAR-10 is `Dataset<Image<3, 32, 32>, Classes<10>>`"
)]
pub trait ImageShape: sealed::Sealed + Send + Sync + 'static {
    /// Channels, height and width.
    const SHAPE: [usize; 3];
}

/// A [`Classes`] type.
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
