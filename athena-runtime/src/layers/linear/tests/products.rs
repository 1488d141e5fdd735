//! Layers of realistic sizes, as the products of matrices that they are.

use super::{Case, each_case_of};
use crate::kernels::oracle::{Element, Matrix, assert_within_bounds, product};
use crate::layout::padded;
use crate::ops::Write;

/// Inputs, outputs and images: the classifiers of ResNet-20, -18 and -50, and a layer with sizes that divide by no block.
const LAYERS: [([usize; 2], usize); 4] = [([64, 10], 128), ([512, 1000], 32), ([2048, 1000], 3), ([1000, 333], 33)];

/// `len` floats from `start` on of every image.
fn vectors(case: &Case, images: &[f32], start: usize, len: usize) -> impl Iterator<Item = f32> {
    images.chunks(case.starts()[3]).flat_map(move |image| image[start..][..len].to_vec())
}

/// The rows of a stored weight without their padding.
fn rows(stored: &[f32], len: usize) -> impl Iterator<Item = f32> {
    stored.chunks(padded(len)).flat_map(move |row| row[..len].to_vec())
}

#[test]
fn forward_is_the_product_with_the_transposed_weight() {
    each_case_of(LAYERS, |isa, case, what| {
        let ([inputs, outputs], batch) = (case.size, case.batch);
        let (x, weight) = (Matrix::new(&case.x, [batch, inputs]), Matrix::new(&case.weight, [outputs, inputs]));
        let expected = product(x, weight.t()).into_iter().zip(case.bias.iter().cycle());
        let expected: Vec<Element> = expected.map(|(y, &bias)| y.plus(bias)).collect();
        let images = case.run_forward(isa);
        assert_within_bounds(vectors(case, &images, case.starts()[1], outputs), &expected, what);
    });
}

#[test]
fn gradients_are_products_with_the_outputs_gradient() {
    each_case_of(LAYERS, |isa, case, what| {
        let ([inputs, outputs], batch) = (case.size, case.batch);
        let (x, weight) = (Matrix::new(&case.x, [batch, inputs]), Matrix::new(&case.weight, [outputs, inputs]));
        let dy = Matrix::new(&case.dy, [batch, outputs]);
        let (images, dweight, _) = case.run_backward(isa, Write::Set);
        let dx = product(dy, weight);
        assert_within_bounds(vectors(case, &images, case.starts()[2], inputs), &dx, what);
        // The gradient of the weight is added to 0.25.
        let dw: Vec<Element> = product(dy.t(), x).into_iter().map(|dw| dw.plus(0.25)).collect();
        assert_within_bounds(rows(&dweight, inputs), &dw, what);
    });
}
