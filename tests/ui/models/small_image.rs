//! An image that is too small for the network of a paper.

athena::models::densenet121! {
    pub struct Small(3x8x8) -> 10
}

fn main() {}
