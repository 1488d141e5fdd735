//! A thread borrows a network that may be gone before it.

use athena::prelude::*;

resnet! {
    struct Net(3x32x32) -> 10 {
        input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn scores(images: &'static [f32]) {
    let network = Net::new(1);
    std::thread::spawn(|| network.predict(images));
}

fn main() {}
