//! A constant for the number of classes.

use athena::Model;

const CLASSES: usize = 100;

athena::models::resnet20! { struct Net(3x32x32) -> CLASSES }

fn main() {
    println!("{}", Net::summary());
}
