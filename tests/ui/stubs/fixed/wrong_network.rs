//! A network with a mistake still has its methods, trait and constants.

use athena::prelude::*;

resnet! {
    #[derive(Clone)]
    pub struct Net(3x32x32) -> 10 {
        input -> stem: conv(16, 3x3) -> conv(32, 3x3, stride = 2) -> + (stem -> conv(32, 1x1, stride = 2)) -> global_avg_pool -> flatten -> linear(10)
    }
}

fn count<M: Model>(network: &M) -> usize {
    let _ = network;
    M::PARAMETERS + M::parameter_names().len()
}

fn twice(network: &Net) -> usize {
    count(network) + count(&network.clone())
}

fn main() {}
