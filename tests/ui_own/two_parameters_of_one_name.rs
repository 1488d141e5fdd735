//! Two parameters of a layer have the same name, which the state dict cannot tell apart.

use athena::layer::{Init, ParametricLayer, Tensor, Tensors};

struct Twice;

impl<const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for Twice {
    const OUTPUT: [usize; 3] = [C, H, W];
    const PARAMETERS: &'static [Tensor] =
        &[Tensor::new("weight", &[C], Init::Ones), Tensor::new("weight", &[C], Init::Zeros)];

    fn forward(&self, _: Tensors<'_>, _: &[f32], _: &mut [f32]) {}

    fn backward(&self, _: Tensors<'_>, _: &[f32], _: &[f32], _: &mut [f32], _: &mut [&mut [f32]]) {}
}

athena::resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Twice as 16x8x8 -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
