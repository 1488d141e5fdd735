//! The struct is there although its keyword is not.

use athena::prelude::*;

resnet! {
    pub network Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn classes(network: &mut Net, pixels: &[f32]) -> Result<usize, athena::Error> {
    network.save("net.safetensors")?;
    Ok(network.predict(pixels)?.len() / Net::CLASSES)
}

fn main() {}
