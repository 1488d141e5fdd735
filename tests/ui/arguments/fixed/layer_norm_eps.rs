//! An `eps` of 0.

use athena::resnet;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> layer_norm(eps = 1e-5) -> relu -> global_avg_pool -> flatten -> linear(10)
    }
}

fn main() {}
