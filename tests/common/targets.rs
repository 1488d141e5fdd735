//! The outputs of a reference file: their targets and losses, as `tests/python/networks.py` has them.

use super::generate;
use athena::Port;
use athena::loss::{
    BinaryCrossEntropy, CrossEntropy, Huber, Loss, MeanAbsoluteError, MeanSquaredError, SmoothL1, Targets,
};
use std::collections::HashMap;
use std::str::FromStr;

/// An output's loss, and the settings that it is made with: `cross_entropy:weight=0.5:ignore=255`.
pub struct Output<'a> {
    port: &'static Port,
    loss: &'a str,
    options: HashMap<&'a str, &'a str>,
}

/// Targets, owned.
pub enum Owned {
    Classes(Vec<u32>),
    Values(Vec<f32>),
}

impl Owned {
    pub fn lend(&self) -> Targets<'_> {
        match self {
            Self::Classes(labels) => Targets::Classes(labels),
            Self::Values(values) => Targets::Values(values),
        }
    }
}

impl<'a> Output<'a> {
    /// The outputs of `setting`, which are those of the network in its order.
    pub fn all(setting: &'a str, ports: &'static [Port]) -> Vec<Self> {
        let outputs: Vec<&str> = setting.split(';').collect();
        assert_eq!(outputs.len(), ports.len(), "as many outputs as PyTorch");
        ports.iter().zip(outputs).map(|(port, output)| Self::new(port, output)).collect()
    }

    fn new(port: &'static Port, setting: &'a str) -> Self {
        let mut parts = setting.split(':');
        assert_eq!(parts.next(), Some(port.name), "the outputs in the order of the signature");
        let loss = parts.next().expect("the name of a loss");
        Self { port, loss, options: parts.map(|part| part.split_once('=').expect("an option")).collect() }
    }

    fn option<T: FromStr>(&self, name: &str) -> Option<T> {
        self.options.get(name).map(|text| text.parse().ok().expect("a number"))
    }

    /// The loss times its weight.
    pub fn loss(&self) -> Box<dyn Loss> {
        let weight = self.option("weight").expect("the script writes it");
        match self.loss {
            "cross_entropy" => Box::new(self.cross_entropy().weighted(weight)),
            "mse" => Box::new(MeanSquaredError::new().weighted(weight)),
            "l1" => Box::new(MeanAbsoluteError::new().weighted(weight)),
            "smooth_l1" => Box::new(SmoothL1::new().beta(self.option("beta").expect("a beta")).weighted(weight)),
            "huber" => Box::new(Huber::new().delta(self.option("delta").expect("a delta")).weighted(weight)),
            "binary" => {
                let loss = BinaryCrossEntropy::new().pos_weight(self.option("pos_weight").expect("a weight"));
                Box::new(loss.weighted(weight))
            }
            other => panic!("the script knows no loss `{other}`"),
        }
    }

    fn cross_entropy(&self) -> CrossEntropy {
        let mut loss = CrossEntropy::new().label_smoothing(self.option("smoothing").unwrap_or(0.0));
        if let Some(label) = self.option("ignore") {
            loss = loss.ignore_index(label);
        }
        if let Some(weights) = self.options.get("weights") {
            loss =
                loss.weight(weights.split('|').map(|weight| weight.parse().expect("a number")).collect::<Vec<f64>>());
        }
        loss
    }

    /// The targets of `batch` images.
    pub fn targets(&self, seed: &str, batch: usize) -> Owned {
        let (name, [classes, height, width]) = (self.port.name, self.port.map());
        let (pixels, len) = (height * width, batch * self.port.len());
        if self.loss == "binary" {
            return Owned::Values(generate::answers(&format!("{seed}/answers/{name}"), len));
        }
        if self.loss != "cross_entropy" {
            return Owned::Values(generate::numbers(&format!("{seed}/values/{name}"), len));
        }
        let ignored: Option<u32> = self.option("ignore");
        let kinds = classes + usize::from(ignored.is_some());
        let mut labels = generate::labels(&format!("{seed}/labels/{name}"), batch * pixels, kinds);
        if self.options.contains_key("soft") {
            let others = generate::labels(&format!("{seed}/others/{name}"), batch * pixels, classes);
            let mut values = vec![0.0; len];
            for (labels, share) in [(labels, 0.25), (others, 0.75)] {
                for (at, label) in labels.into_iter().enumerate() {
                    values[(at / pixels * classes + label as usize) * pixels + at % pixels] += share;
                }
            }
            return Owned::Values(values);
        }
        if let Some(ignored) = ignored {
            labels.iter_mut().filter(|label| **label as usize == classes).for_each(|label| *label = ignored);
        }
        Owned::Classes(labels)
    }
}
