//! American spelling.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn trainer() -> Result<Trainer<Net>, athena::Error> {
    Trainer::builder(Net::new(1)).optimizer(Adam::new()).build()
}

fn main() {}
