//! The report of a load.

use super::Counts;
use super::fit::Fit;
use super::name::Name;
use crate::layers::Parameter;
use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// The source of weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    Network(&'static str),
}

/// What [`Model::load_partial`](crate::model::Model::load_partial), [`load_with`](crate::model::Model::load_with) or
/// [`with_weights_of_partial`](crate::model::Model::with_weights_of_partial) loaded, and what did not fit, with the reasons. Its
/// `Display` shows all of it.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     struct Trained(1x8x8) -> 10 {
///         input -> flatten -> fc: linear(16) -> relu -> head: linear(10)
///     }
///
///     struct New(1x8x8) -> 3 {
///         input -> flatten -> fc: linear(16) -> relu -> head: linear(3)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let file = std::env::temp_dir().join(format!("report-{}.safetensors", std::process::id()));
///     Trained::new(1).save(&file)?;
///     let report = New::new(2).load_partial(&file)?;
///     assert_eq!(report.loaded(), ["fc.weight", "fc.bias"]);
///     assert_eq!(report.kept(), ["head.weight", "head.bias"]);
///     assert_eq!((report.key(), report.prefix()), ("", "")); // where in the file they were, and what stood before the names
///     assert_eq!(report.left_alone()[1], "misshapen: `head.bias` is [10] in the file and [3] in the network");
///     # std::fs::remove_file(&file).ok();
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadReport {
    source: Source,
    key: String,
    prefix: String,
    loaded: Vec<&'static str>,
    kept: Vec<&'static str>,
    left_alone: Vec<String>,
}

impl LoadReport {
    pub(super) fn of(fit: &Fit<'_>, counts: &Counts, key: &str, table: &'static [Parameter], path: &Path) -> Self {
        let names = fit.pairs.iter().map(|pair| pair.parameter.name);
        let loaded = names.filter(|name| !counts.unknown.contains(name)).collect();
        let left_alone = fit.hint.iter().cloned().chain(fit.misfits.iter().map(ToString::to_string)).collect();
        let (key, prefix) = (key.to_owned(), fit.prefix.to_owned());
        Self { key, prefix, ..Self::new(Source::File(path.to_owned()), loaded, table, left_alone) }
    }

    /// A report for a network's `table`: the names that were loaded, and those that were not.
    pub(in crate::model) fn new(
        source: Source,
        loaded: Vec<&'static str>,
        table: &'static [Parameter],
        left_alone: Vec<String>,
    ) -> Self {
        let names: HashSet<&str> = loaded.iter().copied().collect();
        let kept = table.iter().map(|parameter| parameter.name).filter(|name| !names.contains(name)).collect();
        Self { source, key: String::new(), prefix: String::new(), loaded, kept, left_alone }
    }

    /// The key of the state dict in the file, such as `state_dict`; empty if the whole file is the state dict.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The prefix that was removed from the names in the file, such as `module.` or `model.backbone.`; empty if there is none.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The network's tensors that were loaded, in the network's order.
    #[must_use]
    pub fn loaded(&self) -> &[&'static str] {
        &self.loaded
    }

    /// The network's tensors that did not change, in the network's order, including counters of batches that the file
    /// lacks, or that overflowed in a file of halves.
    #[must_use]
    pub fn kept(&self) -> &[&'static str] {
        &self.kept
    }

    /// One line for each tensor of either side that did not fit, with the reason. Empty if the whole network was loaded from the whole file.
    #[must_use]
    pub fn left_alone(&self) -> &[String] {
        &self.left_alone
    }
}

impl fmt::Display for LoadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "loaded {} tensors from ", self.loaded.len())?;
        match &self.source {
            Source::File(path) => write!(f, "`{}`", path.display())?,
            Source::Network(name) => write!(f, "a `{name}`")?,
        }
        if !self.key.is_empty() {
            write!(f, ", its `{}`", Name(&self.key))?;
        }
        if !self.prefix.is_empty() {
            write!(f, ", without the prefix `{}`", Name(&self.prefix))?;
        }
        if !self.left_alone.is_empty() {
            let comma = if self.key.is_empty() && self.prefix.is_empty() { "" } else { "," };
            write!(f, "{comma} and left alone:")?;
        }
        self.left_alone.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}
