//! The networks that are timed: those of the papers, as torchvision and the peers' script write them.

athena::models::resnet20_b! { pub struct ResNet20 }
athena::models::resnet56_b! { pub struct ResNet56 }
athena::models::resnet18! { pub struct ResNet18 }
athena::models::resnet50! { pub struct ResNet50 }
