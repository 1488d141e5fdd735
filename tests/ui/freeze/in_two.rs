//! Each of two networks has its own mistake in what it freezes and in its words.

use athena::resnet;

resnet! {
    #[freeze(backbone)]
    struct Small(3x32x32) -> 10 {
        input -> conv1: conv(16, 3x3) -> global_avg_pool -> flatten -> fc: linear(10)
    }

    #[freeze(not(head))]
    struct Large(3x64x64) -> 10 {
        input -> conv1: conv(32, 3x3) -> bn -> relu -> global_avg_pool -> flatten -> fc: linear(10)
    }
}

fn main() {}
