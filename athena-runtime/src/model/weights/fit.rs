//! Which tensor of a file is which of the network's, and what does not fit.

use super::dtype::Dtype;
use super::numbers::{is_float, is_integer};
use super::tensor::Tensor;
use crate::error::Error;
use crate::layers::Parameter;
use crate::model::names::closest;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;

/// What PyTorch's wrappers put before names: `DataParallel` and `DistributedDataParallel`, and `torch.compile`.
const PREFIXES: [&str; 2] = ["module.", "_orig_mod."];
/// Comparisons of names that a hint may take; a file with more strange names than that is of another network altogether.
const MOST_COMPARISONS: usize = 100_000;

/// A tensor of the network and the one of the file that it is loaded from.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'t> {
    pub parameter: &'static Parameter,
    pub tensor: &'t Tensor,
}

/// What of a file fits a network, and what does not.
#[derive(Debug)]
pub struct Fit<'t> {
    pub pairs: Vec<Pair<'t>>,
    pub misfits: Vec<Misfit<'t>>,
}

/// A tensor that does not fit.
#[derive(Clone, Copy, Debug)]
pub enum Misfit<'t> {
    /// Only the network has it.
    Missing(&'static Parameter),
    /// The shapes differ.
    Misshapen(Pair<'t>),
    /// Its numbers are of a type that does not convert.
    OtherType(Pair<'t>),
    /// The file has it a second time, under a name that means the same.
    Twice(Pair<'t>),
    /// Only the file has it; perhaps the name of a missing one was meant.
    Surplus(&'t Tensor, Option<&'static str>),
}

impl<'t> Fit<'t> {
    /// Compares the tensors of a file with a network's.
    pub fn of(tensors: &'t [Tensor], table: &'static [Parameter]) -> Self {
        let known: HashMap<&str, &'static Parameter> = table.iter().map(|p| (p.name, p)).collect();
        let (mut found, mut twice, mut strange) = (HashMap::new(), Vec::new(), Vec::new());
        for tensor in tensors {
            match names(&tensor.name).find_map(|name| known.get(name)) {
                None => strange.push(tensor),
                Some(&parameter) if found.contains_key(parameter.name) => twice.push(Pair { parameter, tensor }),
                Some(&parameter) => _ = found.insert(parameter.name, Pair { parameter, tensor }),
            }
        }
        let mut fit = Self { pairs: Vec::new(), misfits: Vec::new() };
        for parameter in table {
            match found.get(parameter.name) {
                Some(&pair) => match pair.misfit() {
                    Some(misfit) => fit.misfits.push(misfit),
                    None => fit.pairs.push(pair),
                },
                // A counter only tells how long the training was: weights of before PyTorch 0.4.1 have none.
                None if parameter.is_counter() => {}
                None => fit.misfits.push(Misfit::Missing(parameter)),
            }
        }
        fit.forget(&twice);
        fit.misfits.extend(twice.into_iter().map(Misfit::Twice));
        let missing: Vec<_> = table.iter().map(|p| p.name).filter(|name| !found.contains_key(name)).collect();
        fit.misfits.extend(surplus(strange, &missing));
        fit
    }

    /// Leaves out what the file has twice: nobody knows which is meant.
    fn forget(&mut self, twice: &[Pair<'t>]) {
        let twice: HashSet<&str> = twice.iter().map(|pair| pair.parameter.name).collect();
        self.pairs.retain(|pair| !twice.contains(pair.parameter.name));
    }

    /// The error that tells all misfits.
    pub fn refusal(&self, path: &Path) -> Error {
        Error::Weights { path: path.to_owned(), problems: self.misfits.iter().map(ToString::to_string).collect() }
    }
}

impl<'t> Pair<'t> {
    fn misfit(self) -> Option<Misfit<'t>> {
        let converts = if self.parameter.is_counter() { is_integer } else { is_float };
        if self.tensor.shape != self.parameter.shape {
            Some(Misfit::Misshapen(self))
        } else if !converts(self.tensor.dtype) {
            Some(Misfit::OtherType(self))
        } else {
            None
        }
    }
}

/// The name, and what is left of it as one wrapper's prefix after the other goes.
fn names(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |name| PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)))
}

fn surplus<'t>(mut tensors: Vec<&'t Tensor>, missing: &[&'static str]) -> impl Iterator<Item = Misfit<'t>> {
    tensors.sort_unstable_by_key(|tensor| &tensor.name);
    let hints = tensors.len() * missing.len() <= MOST_COMPARISONS;
    tensors.into_iter().map(move |tensor| {
        let name = names(&tensor.name).last().unwrap_or_default();
        let meant = hints.then(|| closest(name, missing.iter().copied())).flatten();
        Misfit::Surplus(tensor, meant)
    })
}

impl fmt::Display for Misfit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(Parameter { name, shape, .. }) => write!(f, "missing: `{name}` {shape:?}"),
            Self::Misshapen(Pair { parameter, tensor }) => {
                let (name, shape) = (Name(&tensor.name), parameter.shape);
                write!(f, "misshapen: `{name}` is {:?} in the file and {shape:?} in the network", tensor.shape)
            }
            Self::OtherType(Pair { parameter, tensor }) => {
                let (name, found) = (Name(&tensor.name), tensor.dtype);
                let expected = if parameter.is_counter() { Dtype::I64 } else { Dtype::F32 };
                write!(f, "of another type: `{name}` is {found:?} in the file; convert it to {expected:?}")
            }
            Self::Twice(Pair { parameter, tensor }) => {
                let (name, known) = (Name(&tensor.name), parameter.name);
                write!(f, "twice: `{name}` is `{known}`, which the file has under another name, too")
            }
            Self::Surplus(tensor, meant) => {
                let (name, shape) = (Name(&tensor.name), &tensor.shape);
                write!(f, "surplus: `{name}` {shape:?} is none of the network's")?;
                meant.map_or(Ok(()), |meant| write!(f, "; it misses `{meant}`"))
            }
        }
    }
}

/// A name out of a file, in one line of bounded length whatever it is.
pub struct Name<'n>(pub &'n str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 120;
        let mut shown = self.0.chars();
        for char in shown.by_ref().take(MOST) {
            write!(f, "{}", char.escape_debug())?;
        }
        if shown.next().is_some() { f.write_str("...") } else { Ok(()) }
    }
}
