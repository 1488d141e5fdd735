//! Products of matrices by the crate `matrixmultiply` in f64, which the tests of our own products are compared with.
#![allow(unsafe_code)]

/// A matrix: its rows and columns, and the distances between rows and between columns in `values`.
#[derive(Clone, Copy)]
pub(crate) struct Matrix<'a> {
    size: [usize; 2],
    strides: [usize; 2],
    values: &'a [f32],
}

impl<'a> Matrix<'a> {
    /// `rows x columns` values, row by row.
    pub(crate) fn new(values: &'a [f32], [rows, columns]: [usize; 2]) -> Self {
        assert_eq!(values.len(), rows * columns);
        Self { size: [rows, columns], strides: [columns, 1], values }
    }

    /// The transpose.
    pub(crate) fn t(self) -> Self {
        let ([rows, columns], [row, column]) = (self.size, self.strides);
        Self { size: [columns, rows], strides: [column, row], ..self }
    }
}

/// One element of a product: its value, and the sum of the magnitudes of its terms.
#[derive(Clone, Copy)]
pub(crate) struct Element {
    value: f64,
    magnitude: f64,
    terms: usize,
}

impl Element {
    /// The element with one more term.
    pub(crate) fn plus(self, term: f32) -> Self {
        let (value, magnitude) = (self.value + f64::from(term), self.magnitude + f64::from(term.abs()));
        Self { value, magnitude, terms: self.terms + 1 }
    }

    /// How far an element that is summed in f32 may lie from the value: `n u / (1 - n u)` of the magnitude for `n` terms and the unit
    /// roundoff `u = 2^-24`, in whatever order they are summed and whether products are rounded or not (Higham 2002, *Accuracy and Stability
    /// of Numerical Algorithms*, section 3.1). The f64 product has the same bound with `u = 2^-53`, which adds less than a part in 10^8.
    fn bound(self) -> f64 {
        let share = self.terms as f64 * 2f64.powi(-24);
        share / (1.0 - share) * self.magnitude * (1.0 + 1e-8)
    }
}

/// `a b`, row by row.
pub(crate) fn product(a: Matrix<'_>, b: Matrix<'_>) -> Vec<Element> {
    let values = multiply(a, b, f64::from);
    let magnitudes = multiply(a, b, |x| f64::from(x.abs()));
    let terms = a.size[1];
    values.into_iter().zip(magnitudes).map(|(value, magnitude)| Element { value, magnitude, terms }).collect()
}

fn multiply(a: Matrix<'_>, b: Matrix<'_>, of: impl Fn(f32) -> f64) -> Vec<f64> {
    let ([m, k], [inner, n]) = (a.size, b.size);
    assert_eq!(k, inner, "a row of `a` for a column of `b`");
    let [left, right] = [a, b].map(|matrix| matrix.values.iter().map(|&x| of(x)).collect::<Vec<f64>>());
    let [[ra, ca], [rb, cb]] = [a, b].map(|matrix| matrix.strides.map(|stride| stride as isize));
    let mut result = vec![0.0; m * n];
    // SAFETY: a matrix's size and strides reach each of its values once and nothing else, also transposed; the result has `m * n` elements
    // and is borrowed exclusively.
    unsafe {
        let (left, right) = (left.as_ptr(), right.as_ptr());
        matrixmultiply::dgemm(m, k, n, 1.0, left, ra, ca, right, rb, cb, 0.0, result.as_mut_ptr(), n as isize, 1);
    }
    result
}

/// Asserts that each value is as near to the product's as its terms, summed in f32, can be.
#[track_caller]
pub(crate) fn assert_within_bounds(found: impl IntoIterator<Item = f32>, expected: &[Element], what: &str) {
    let mut count = 0;
    for (at, (found, expected)) in found.into_iter().zip(expected).enumerate() {
        let (error, bound) = ((f64::from(found) - expected.value).abs(), expected.bound());
        assert!(error <= bound, "{what}: value {at} is {found}, not {} within {bound:e}", expected.value);
        count += 1;
    }
    assert_eq!(count, expected.len(), "{what}: values");
}
