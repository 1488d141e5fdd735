//! An image type without its channels.

use athena::prelude::*;

fn count(images: &Dataset<Image<32, 32>, Classes<10>>) {}

fn main() {}
