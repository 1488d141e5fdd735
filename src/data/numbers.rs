//! Pixels as arguments: numbers in any common container.

/// Some numbers of type `T`: a vector, or a slice or array, which is copied.
///
/// ```
/// use athena::data::Numbers;
///
/// fn sum(numbers: impl Numbers<f32>) -> f32 {
///     numbers.into_vec().iter().sum()
/// }
///
/// let numbers = vec![1.0, 2.0];
/// assert_eq!((sum(&numbers), sum(&numbers[1..]), sum([4.0, 8.0]), sum(numbers)), (3.0, 2.0, 12.0, 3.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold numbers of type `{T}`",
    label = "a vector, slice or array of `{T}` is needed",
    note = "pixels are `f32` in batches, `from_floats` and `predict`, and `u8`, 0 to 255, in `from_bytes`",
    note = "`values.iter().map(|&value| value as f32).collect::<Vec<_>>()` makes `f32` of `f64`"
)]
pub trait Numbers<T> {
    /// The numbers as a vector. A vector is not copied.
    fn into_vec(self) -> Vec<T>;

    /// The numbers of each input. Only the structs of named inputs have several.
    #[doc(hidden)]
    fn into_list(self) -> Vec<Vec<T>>
    where
        Self: Sized,
    {
        vec![self.into_vec()]
    }
}

// rustc's list of implementations would be less helpful than the notes above.
#[diagnostic::do_not_recommend]
impl<T> Numbers<T> for Vec<T> {
    fn into_vec(self) -> Vec<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: Copy> Numbers<T> for &Vec<T> {
    fn into_vec(self) -> Vec<T> {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Copy> Numbers<T> for &[T] {
    fn into_vec(self) -> Vec<T> {
        self.to_vec()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Copy, const N: usize> Numbers<T> for [T; N] {
    fn into_vec(self) -> Vec<T> {
        self.to_vec()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Copy, const N: usize> Numbers<T> for &[T; N] {
    fn into_vec(self) -> Vec<T> {
        self.to_vec()
    }
}

#[diagnostic::do_not_recommend]
impl<T> Numbers<T> for Box<[T]> {
    fn into_vec(self) -> Vec<T> {
        self.into()
    }
}
