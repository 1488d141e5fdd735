//! A layer of the user's that makes another shape than is declared.

use athena::resnet;

struct Upsample;

impl<const C: usize, const H: usize, const W: usize> athena::layer::Layer<C, H, W> for Upsample {
    const OUTPUT: [usize; 3] = [C, 2 * H, 2 * W];

    fn forward(&self, _: &[f32], _: &mut [f32]) {}

    fn backward(&self, _: &[f32], _: &[f32], _: &mut [f32]) {}
}

resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Upsample as 16x16x16 -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
