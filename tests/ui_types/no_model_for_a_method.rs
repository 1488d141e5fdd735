//! The same with a network from elsewhere.

mod nets {
    athena::resnet! {
        pub struct Net(3x32x32) -> 10 {
            input -> conv(16, 3x3) -> global_avg_pool -> flatten -> linear(10)
        }
    }
}

fn scores(network: &nets::Net, image: &[f32]) -> Result<Vec<f32>, athena::Error> {
    network.predict(image)
}

fn main() {}
