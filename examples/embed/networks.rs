//! The residual networks of `athena::models`, up to their features: what the last linear layer of the classifier reads.

use std::path::Path;

use athena::{Error, LoadReport, Model};
use clap::ValueEnum;

use crate::console::Outcome;

/// A network without its head.
pub trait Embedder: Sync {
    /// The features of an image of 3x224x224.
    fn features(&self, image: &[f32]) -> Result<Vec<f32>, Error>;
}

macro_rules! networks {
    ($($(#[doc = $doc:literal])* $name:literal: $network:ident = $definition:ident -> $features:literal,)*) => {
        $(
            // `avgpool` is a label of the body. No layer behind it is part of this network.
            athena::models::$definition! { struct $network(3x224x224) -> (avgpool: $features) }

            impl Embedder for $network {
                fn features(&self, image: &[f32]) -> Result<Vec<f32>, Error> {
                    Ok(self.predict(image)?.avgpool)
                }
            }
        )*

        /// An architecture, as it is named on the command line.
        #[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
        pub enum Architecture {
            $($(#[doc = $doc])* #[value(name = $name)] $network,)*
        }

        impl Architecture {
            /// The network with the weights of `file`, whose head is left alone.
            pub fn load(self, file: &Path) -> Outcome<Box<dyn Embedder>> {
                match self {
                    $(Self::$network => {
                        let mut network = $network::new(0);
                        check(&network.load_partial(file)?, $name, file)?;
                        Ok(Box::new(network))
                    })*
                }
            }
        }
    };
}

networks! {
    "resnet18": ResNet18 = resnet18 -> 512x1x1,
    "resnet34": ResNet34 = resnet34 -> 512x1x1,
    /// torchvision's: the stride is that of a block's 3x3 convolution
    "resnet50": ResNet50 = resnet50 -> 2048x1x1,
    /// He et al. (2016): the stride is that of a block's first 1x1 convolution
    "resnet50_v1": ResNet50V1 = resnet50_v1 -> 2048x1x1,
    "resnet101": ResNet101 = resnet101 -> 2048x1x1,
    "resnet152": ResNet152 = resnet152 -> 2048x1x1,
    "resnext50_32x4d": ResNeXt50 = resnext50_32x4d -> 2048x1x1,
    "resnext101_32x8d": ResNeXt101 = resnext101_32x8d -> 2048x1x1,
    "wide_resnet50_2": WideResNet50 = wide_resnet50_2 -> 2048x1x1,
    "wide_resnet101_2": WideResNet101 = wide_resnet101_2 -> 2048x1x1,
}

/// All weights of the network come from the file, and the file has none beside them and those of the head.
fn check(report: &LoadReport, name: &str, file: &Path) -> Outcome {
    let misfits: Vec<&String> = report.left_alone().iter().filter(|line| !line.contains("`fc.")).collect();
    let Some(first) = misfits.first() else { return Ok(()) };
    let (file, count) = (file.display(), misfits.len());
    Err(format!(
        "`{file}` is no `{name}`: {count} tensors do not fit, first {first}; `--model` names another architecture"
    )
    .into())
}

impl Architecture {
    /// The architecture that the name of a file begins with, as torchvision names its files: `resnet18-f37072fd.pth`.
    pub fn of_file(file: &Path) -> Option<Self> {
        let file = file.file_name()?.to_string_lossy();
        let name = |architecture: &Self| architecture.to_possible_value().map(|value| value.get_name().to_owned());
        let named =
            Self::value_variants().iter().filter(|&known| name(known).is_some_and(|name| file.starts_with(&name)));
        named.max_by_key(|&known| name(known).map_or(0, |name| name.len())).copied()
    }
}
