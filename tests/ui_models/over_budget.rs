//! More parameters than a budget allows.

use athena::Model;

athena::models::resnet18! { #[budget(macs <= 2_000_000_000, parameters <= 11_000_000)] struct Net }

fn main() {
    println!("{}", Net::summary());
}
