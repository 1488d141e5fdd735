//! The networks of `athena::models` that torchvision evaluates with the same preprocessing.

use std::path::Path;

use athena::{Error, Model};
use clap::ValueEnum;

/// A trained network.
pub trait Classifier: Sync {
    /// N x 1000 from N x 3x224x224.
    fn logits(&self, images: &[f32]) -> Result<Vec<f32>, Error>;
}

impl<M: Model> Classifier for M {
    fn logits(&self, images: &[f32]) -> Result<Vec<f32>, Error> {
        self.predict(images)
    }
}

macro_rules! architectures {
    ($($(#[doc = $doc:literal])* $name:literal: $network:ident = $definition:ident,)*) => {
        $(athena::models::$definition! { struct $network })*

        /// An architecture, as it is named on the command line.
        #[derive(Clone, Copy, Debug, ValueEnum)]
        pub enum Architecture {
            $($(#[doc = $doc])* #[value(name = $name)] $network,)*
        }

        impl Architecture {
            /// The network with the weights of `file`.
            pub fn load(self, file: &Path) -> Result<Box<dyn Classifier>, Error> {
                match self {
                    $(Self::$network => load::<$network>(file),)*
                }
            }
        }
    };
}

architectures! {
    /// He et al. (2016): the stride is that of a block's first 1x1 convolution
    "resnet50_v1": ResNet50V1 = resnet50_v1,
    "resnet18": ResNet18 = resnet18,
    "resnet34": ResNet34 = resnet34,
    /// torchvision's: the stride is that of a block's 3x3 convolution
    "resnet50": ResNet50 = resnet50,
    "resnet101": ResNet101 = resnet101,
    "resnet152": ResNet152 = resnet152,
    "resnext50_32x4d": ResNeXt50 = resnext50_32x4d,
    "resnext101_32x8d": ResNeXt101 = resnext101_32x8d,
    "wide_resnet50_2": WideResNet50 = wide_resnet50_2,
    "wide_resnet101_2": WideResNet101 = wide_resnet101_2,
    "mobilenet_v2": MobileNetV2 = mobilenet_v2,
    "densenet121": DenseNet121 = densenet121,
}

fn load<M: Model>(file: &Path) -> Result<Box<dyn Classifier>, Error> {
    Ok(Box::new(M::from_file(file)?))
}
