//! A declared shape that is none.

use athena::resnet;

struct Same;

impl<const C: usize, const H: usize, const W: usize> athena::layer::Layer<C, H, W> for Same {
    const OUTPUT: [usize; 3] = [C, H, W];

    fn forward(&self, _: &[f32], _: &mut [f32]) {}

    fn backward(&self, _: &[f32], _: &[f32], _: &mut [f32]) {}
}

resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Same as 16x8x8 -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
