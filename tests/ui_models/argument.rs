//! The classes as an argument, as in torchvision.

athena::models::resnet50! { struct Net(num_classes = 10) }

fn main() {}
