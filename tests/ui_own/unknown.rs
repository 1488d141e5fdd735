//! A misspelt layer of the user's.

use athena::resnet;

mod my {
    pub struct Double;

    impl athena::layer::Pointwise for Double {
        fn forward(&self, x: f32) -> f32 {
            2.0 * x
        }

        fn derivative(&self, _: f32) -> f32 {
            2.0
        }
    }
}

resnet! {
    struct Net(3x8x8) -> 10 {
        input -> conv(16, 3x3) -> my::Dubble -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
