//! Pairs the tensors of a file with those of a network, and describes those that do not fit.

use super::contents::{Contents, Stranger};
use super::dtype::Dtype;
use super::name::Name;
use super::numbers::{is_float, is_integer};
use super::options::LoadOptions;
use super::prefix::{Chosen, Prefixes, hint};
use super::tensor::Tensor;
use crate::error::Error;
use crate::layers::Parameter;
use crate::model::names::closest;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::path::Path;

/// The largest number of comparisons of names for a hint. A file with more unknown names belongs to another network.
const MOST_COMPARISONS: usize = 100_000;

/// A tensor of the network, and the tensor in the file that it is loaded from.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'t> {
    pub parameter: &'static Parameter,
    pub tensor: &'t Tensor,
}

/// The tensors of a file that fit a network, and those that do not.
#[derive(Debug)]
pub struct Fit<'t> {
    pub pairs: Vec<Pair<'t>>,
    pub misfits: Vec<Misfit<'t>>,
    /// The prefix of the names in the file.
    pub prefix: &'t str,
    /// One line that explains most misfits: an unknown prefix.
    pub hint: Option<String>,
}

/// A tensor that does not fit.
#[derive(Clone, Copy, Debug)]
pub enum Misfit<'t> {
    /// Only the network has it.
    Missing(&'static Parameter),
    /// The file has something other than a tensor under this name.
    NoTensor(&'static Parameter, &'t Stranger),
    /// The shapes differ.
    Misshapen(Pair<'t>),
    /// The element type cannot be converted.
    OtherType(Pair<'t>),
    /// The file has it twice, under two names that mean the same.
    Twice(Pair<'t>),
    /// Only the file has it. The name of a missing tensor may have been meant.
    Surplus(&'t Tensor, Option<&'static str>),
}

impl<'t> Fit<'t> {
    /// Pairs the tensors of a file with those of a network. An error is one line, about a prefix that is ambiguous or that no name has.
    pub fn of(contents: &'t Contents, table: &'static [Parameter], options: &LoadOptions) -> Result<Self, String> {
        let known: HashMap<&str, &'static Parameter> = table.iter().map(|p| (p.name, p)).collect();
        let prefixes = Prefixes::of(options, |name| known.contains_key(name));
        let names = contents.tensors.iter().map(|tensor| tensor.name.as_str());
        let chosen = prefixes.choose(names.clone())?;
        let parameter =
            |name: &'t str| chosen.own_names(name).find_map(|own| known.get(&*own.name).map(|&p| (p, own.prefix)));

        let (mut found, mut twice, mut strange, mut prefix) = (HashMap::new(), Vec::new(), Vec::new(), None);
        for tensor in contents.tensors.iter().filter(|tensor| chosen.takes(&tensor.name)) {
            match parameter(&tensor.name) {
                None => strange.push(tensor),
                Some((parameter, _)) if found.contains_key(parameter.name) => twice.push(Pair { parameter, tensor }),
                Some((parameter, before)) => {
                    prefix = prefix.or(Some(before));
                    found.insert(parameter.name, Pair { parameter, tensor });
                }
            }
        }
        let strangers = contents.strangers.iter().filter_map(|other| Some((parameter(&other.name)?.0.name, other)));
        let strangers: HashMap<&str, &'t Stranger> = strangers.collect();
        let hint = hint(names, table.iter().map(|parameter| parameter.name), options, found.len());
        let mut fit = Self { pairs: Vec::new(), misfits: Vec::new(), prefix: prefix.unwrap_or_default(), hint };
        fit.compare(table, &found, &strangers);
        fit.forget(&twice);
        fit.misfits.extend(twice.into_iter().map(Misfit::Twice));
        let missing: Vec<_> = table.iter().map(|p| p.name).filter(|name| !found.contains_key(name)).collect();
        fit.misfits.extend(surplus(strange, &missing, &chosen));
        Ok(fit)
    }

    /// Compares each parameter with what was found under its name.
    fn compare(
        &mut self,
        table: &'static [Parameter],
        found: &HashMap<&str, Pair<'t>>,
        strangers: &HashMap<&str, &'t Stranger>,
    ) {
        for parameter in table {
            match (found.get(parameter.name), strangers.get(parameter.name)) {
                (Some(&pair), _) => match pair.misfit() {
                    Some(misfit) => self.misfits.push(misfit),
                    None => self.pairs.push(pair),
                },
                (None, Some(stranger)) => self.misfits.push(Misfit::NoTensor(parameter, stranger)),
                // Counters may be missing: they do not affect results, and PyTorch before 0.4.1 has none.
                (None, None) if parameter.is_counter() => {}
                (None, None) => self.misfits.push(Misfit::Missing(parameter)),
            }
        }
    }

    /// Removes tensors that the file has twice, since it is not known which is meant.
    fn forget(&mut self, twice: &[Pair<'t>]) {
        let twice: HashSet<&str> = twice.iter().map(|pair| pair.parameter.name).collect();
        self.pairs.retain(|pair| !twice.contains(pair.parameter.name));
    }

    /// The error that lists all misfits, or the one line that explains them.
    pub fn refusal(&self, path: &Path) -> Error {
        let problems = match &self.hint {
            Some(hint) => vec![hint.clone()],
            None => self.misfits.iter().map(ToString::to_string).collect(),
        };
        Error::Weights { path: path.to_owned(), problems }
    }
}

impl<'t> Pair<'t> {
    fn misfit(self) -> Option<Misfit<'t>> {
        let Self { parameter, tensor } = self;
        let counter = parameter.is_counter();
        // Counters may have the shape [1], as in PyTorch before 0.4. They may be floats if a script converted the whole model.
        let fits = if counter { tensor.numbers() == Some(1) } else { tensor.shape == parameter.shape };
        if !fits {
            Some(Misfit::Misshapen(self))
        } else if !(is_float(tensor.dtype) || (counter && is_integer(tensor.dtype))) {
            Some(Misfit::OtherType(self))
        } else {
            None
        }
    }
}

fn surplus<'t>(
    mut tensors: Vec<&'t Tensor>,
    missing: &[&'static str],
    chosen: &Chosen<'_>,
) -> impl Iterator<Item = Misfit<'t>> {
    tensors.sort_unstable_by_key(|tensor| &tensor.name);
    let hints = tensors.len() * missing.len() <= MOST_COMPARISONS;
    tensors.into_iter().map(move |tensor| {
        let own = hints.then(|| chosen.own_names(&tensor.name).last()).flatten();
        Misfit::Surplus(tensor, own.and_then(|own| closest(&own.name, missing.iter().copied())))
    })
}

impl fmt::Display for Misfit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(Parameter { name, shape, .. }) => write!(f, "missing: `{name}` {shape:?}"),
            Self::NoTensor(Parameter { name, shape, .. }, stranger) => {
                write!(f, "missing: `{name}` {shape:?}; the file's `{}` is {}", Name(&stranger.name), stranger.what)
            }
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
