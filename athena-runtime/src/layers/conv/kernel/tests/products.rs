//! 1x1 convolutions of realistic sizes, as the products of matrices that they are: `filters x channels` times `channels x pixels`.

use super::checks::Case;
use super::{block, unblock, unpack};
use crate::isa::Isa;
use crate::kernels::oracle::{Element, Matrix, assert_within_bounds, product};
use crate::layers::conv::kernel::{ConvShape, Epilogue, Weights, backward_data, backward_weights, forward};
use crate::layout::{MapMut, MapRef};
use crate::ops::{Window, Write};

/// Channels, height, width and filters: of ResNet-50, of MobileNetV2, and with sizes that divide by no block.
const LAYERS: [[usize; 4]; 5] =
    [[64, 56, 56, 256], [256, 14, 14, 1024], [2048, 7, 7, 512], [96, 28, 28, 24], [100, 9, 13, 37]];

fn cases() -> impl Iterator<Item = Case> {
    LAYERS.into_iter().enumerate().map(|(seed, [channels, height, width, filters])| {
        let window = Window { kernel: [1; 2], stride: [1; 2], padding: [0; 2], dilation: [1; 2] };
        Case::new(ConvShape::new([channels, height, width], [filters, height, width], window, 1), seed)
    })
}

/// Weight, `x` and `dy` of a case.
fn matrices(case: &Case) -> [Matrix<'_>; 3] {
    let ([channels, height, width], filters) = (case.shape.input, case.shape.output[0]);
    [(&case.w, [filters, channels]), (&case.x, [channels, height * width]), (&case.dy, [filters, height * width])]
        .map(|(values, size)| Matrix::new(values, size))
}

#[test]
fn forward_is_the_product_of_weight_and_pixels() {
    for case in cases() {
        let [weight, x, _] = matrices(&case);
        let expected = product(weight, x);
        let x = block(&case.x, &case.x_extent);
        for isa in Isa::available() {
            let mut y = vec![f32::NAN; case.y_extent.len()];
            let (from, to) = (MapRef::new(&x, case.x_extent), MapMut::new(&mut y, case.y_extent));
            forward(isa, &case.shape, &case.weights, from, to, 0, &Epilogue::default());
            let name = case.name(isa);
            assert_within_bounds(unblock(&y, &case.y_extent, &name), &expected, &name);
        }
    }
}

#[test]
fn gradients_are_products_with_the_outputs_gradient() {
    for case in cases() {
        let [weight, x, dy] = matrices(&case);
        let dx = product(weight.t(), dy);
        // The gradient of the weight is added to the weight.
        let dw = product(dy, x.t()).into_iter().zip(&case.w).map(|(dw, &start)| dw.plus(start));
        let dw: Vec<Element> = dw.collect();
        let (x, dy) = (block(&case.x, &case.x_extent), block(&case.dy, &case.y_extent));
        let (x, dy) = (MapRef::new(&x, case.x_extent), MapRef::new(&dy, case.y_extent));
        for isa in Isa::available() {
            let (name, mut found) = (case.name(isa), vec![f32::NAN; case.x_extent.len()]);
            let weights = Weights { stored: &case.weights, transposed: &case.transposed };
            let to = MapMut::new(&mut found, case.x_extent);
            backward_data(isa, &case.shape, weights, dy, to, Write::Set, None);
            assert_within_bounds(unblock(&found, &case.x_extent, &name), &dx, &name);

            let (mut stored, mut plain) = (case.weights.clone(), vec![f32::NAN; dw.len()]);
            backward_weights(isa, &case.shape, x, dy, &mut stored, None);
            unpack(&case.shape, &stored, &mut plain);
            assert_within_bounds(plain, &dw, &name);
        }
    }
}
