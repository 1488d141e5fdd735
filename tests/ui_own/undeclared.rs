//! A layer of the user's that changes the shape, without `as`.

use athena::resnet;

struct Mean;

impl<const C: usize, const H: usize, const W: usize> athena::layer::Layer<C, H, W> for Mean {
    const OUTPUT: [usize; 3] = [C, 1, 1];

    fn forward(&self, _: &[f32], _: &mut [f32]) {}

    fn backward(&self, _: &[f32], _: &[f32], _: &mut [f32]) {}
}

resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> self::Mean -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
