//! A network with no class.

use athena::Model;

athena::models::resnet20! { struct Net(3x32x32) -> 0 }

fn main() {
    println!("{}", Net::summary());
}
