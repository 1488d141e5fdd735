//! A photograph of many megapixels, shown to the network of a paper.

athena::models::resnet18! {
    pub struct Large(3x16384x16384) -> 1000
}

fn main() {}
