//! With the parameters of a layer of one's own, the network exceeds its budget.

use athena::layer::{Init, ParametricLayer, Tensor, Tensors};

struct Factor;

impl<const C: usize, const H: usize, const W: usize> ParametricLayer<C, H, W> for Factor {
    const OUTPUT: [usize; 3] = [C, H, W];
    const PARAMETERS: &'static [Tensor] = &[Tensor::new("weight", &[C], Init::Ones)];

    fn forward(&self, _: Tensors<'_>, _: &[f32], _: &mut [f32]) {}

    fn backward(&self, _: Tensors<'_>, _: &[f32], _: &[f32], _: &mut [f32], _: &mut [&mut [f32]]) {}
}

athena::resnet! {
    #[budget(parameters <= 633)]
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Factor as 16x8x8 -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
