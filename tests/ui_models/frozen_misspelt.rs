//! A misspelt layer among those to freeze.

use athena::Model;

athena::models::resnet18! { #[freeze(conv1, layer1, fcc)] struct Net }

fn main() {
    println!("{}", Net::summary());
}
