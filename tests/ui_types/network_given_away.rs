//! A network is used after a trainer took it.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn train() -> Result<(), athena::Error> {
    let network = Net::new(1);
    let _trainer = Trainer::builder(network).build()?;
    network.save("net.safetensors")
}

fn main() {}
