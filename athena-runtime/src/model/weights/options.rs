//! Options for reading a file of weights.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The options of [`Model::load_with`](crate::model::Model::load_with): which tensors of a file are loaded, and under which
/// names. They work for safetensors files and for PyTorch's checkpoints.
///
/// No option is needed if the names fit, with or without any combination of the usual prefixes `module.`, `_orig_mod.`, `model.`, `net.`,
/// `backbone.` and `encoder.`. The report says which prefix was found.
///
/// ```
/// use athena::prelude::*;
///
/// resnet! {
///     /// As it was trained, its parts under `student` and with another name for the classifier.
///     struct Trained(1x8x8) -> 10 {
///         input -> student: body()
///     }
///
///     block body() {
///         input -> conv1: conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> classifier: linear(10)
///     }
///
///     struct Net(1x8x8) -> 10 {
///         input -> conv1: conv(8, 3x3, activation = relu) -> global_avg_pool -> flatten -> fc: linear(10)
///     }
/// }
///
/// fn main() -> Result<(), athena::Error> {
///     let file = std::env::temp_dir().join(format!("options-{}.safetensors", std::process::id()));
///     let trained = Trained::new(1);
///     trained.save(&file)?;
///
///     let mut net = Net::new(2);
///     let report = net.load_with(&file, &LoadOptions::new().prefix("student.").rename("classifier", "fc"))?;
///     assert_eq!((report.prefix(), report.loaded().len()), ("student.", 4));
///     assert_eq!(net.parameter("fc.bias"), trained.parameter("student.classifier.bias"));
///     // Of what lies under `student`, only what fits.
///     let report = net.load_with(&file, &LoadOptions::new().key("student").partial(true))?;
///     assert_eq!(report.loaded(), ["conv1.weight", "conv1.bias"]);
///     # std::fs::remove_file(&file).ok();
///     Ok(())
/// }
/// ```
#[derive(Clone, Default)]
pub struct LoadOptions {
    key: Option<String>,
    prefix: Option<String>,
    renamings: Vec<Renaming>,
    partial: bool,
}

/// One change of a name.
#[derive(Clone)]
enum Renaming {
    Path { from: String, to: String },
    With(Arc<dyn Fn(&str) -> String + Send + Sync>),
}

impl LoadOptions {
    /// The defaults, with which `load_with` does the same as [`load`](crate::model::Model::load).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The key of the state dict in the file, such as `"state_dict_ema"`, or `"ema.model"` for a dict in a dict. Items of lists and tuples are
    /// counted from 0: `"models.0"`. In a safetensors file, which has no nested keys, these are the names that begin with the key and a dot.
    ///
    /// Default: the file's dict itself, if it holds tensors. Otherwise the first of `state_dict`, `model_state_dict`, `model`, `net`,
    /// `network`, `module` and `model_state` that holds tensors.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Loads only the tensors whose names begin with this prefix, and removes it from their names. `module.` and `_orig_mod.`
    /// before and after it are removed, too. Other prefixes are not looked for, so `""` takes the names as they are.
    ///
    /// Default: the combination of `model.`, `net.`, `backbone.` and `encoder.`, or none, with which most names fit.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Replaces `from` by `to` in the name `from` and in all names that begin with `from` and a dot: with `rename("classifier",
    /// "fc")`, `classifier.weight` is loaded as the network's `fc.weight`. `""` stands for no name: `rename("", "body")` puts
    /// `body.` before every name, and `rename("features", "")` removes `features.`.
    ///
    /// It gets names without their prefix. It may be called several times; each call gets the names that the call before it made.
    #[must_use]
    pub fn rename(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.renamings.push(Renaming::Path { from: from.into(), to: to.into() });
        self
    }

    /// Loads each tensor under the name that `rename` returns for its name (without the prefix). `rename` may be called more than
    /// once for a name.
    ///
    /// ```
    /// use athena::LoadOptions;
    ///
    /// let options = LoadOptions::new().rename_with(|name| name.replace(".gamma", ".weight").replace(".beta", ".bias"));
    /// println!("{options:?}");
    /// ```
    #[must_use]
    pub fn rename_with(mut self, rename: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        self.renamings.push(Renaming::With(Arc::new(rename)));
        self
    }

    /// With `true`, loads the tensors that fit by name and shape, as [`load_partial`](crate::model::Model::load_partial) does.
    /// With `false`, the default, all tensors must fit.
    #[must_use]
    #[doc(alias("strict"))]
    pub const fn partial(mut self, partial: bool) -> Self {
        self.partial = partial;
        self
    }

    pub(super) fn chosen_key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    pub(super) fn chosen_prefix(&self) -> Option<&str> {
        self.prefix.as_deref()
    }

    pub(super) const fn is_partial(&self) -> bool {
        self.partial
    }

    /// The network's name for what the file calls `name` (without its prefix).
    pub(super) fn renamed<'n>(&self, name: &'n str) -> Cow<'n, str> {
        self.renamings.iter().fold(Cow::Borrowed(name), |name, renaming| match renaming {
            Renaming::Path { from, to } => moved(&name, from, to).map_or(name, Cow::Owned),
            Renaming::With(rename) => Cow::Owned(rename(&name)),
        })
    }
}

impl fmt::Debug for LoadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("LoadOptions");
        shown.field("key", &self.key).field("prefix", &self.prefix).field("renamings", &self.renamings);
        shown.field("partial", &self.partial).finish()
    }
}

impl fmt::Debug for Renaming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { from, to } => write!(f, "{from:?} to {to:?}"),
            Self::With(_) => f.write_str("a function"),
        }
    }
}

/// Replaces the path `from` at the beginning of `name` by `to`.
fn moved(name: &str, from: &str, to: &str) -> Option<String> {
    let rest = if from.is_empty() {
        name
    } else {
        match name.strip_prefix(from)? {
            "" => return Some(to.to_owned()),
            rest => rest.strip_prefix('.')?,
        }
    };
    Some(if to.is_empty() { rest.to_owned() } else { format!("{to}.{rest}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_renamed() {
        for (from, to, name, expected) in [
            ("classifier", "fc", "classifier.weight", "fc.weight"),
            ("classifier", "fc", "classifier2.weight", "classifier2.weight"),
            ("classifier", "fc", "a.classifier.weight", "a.classifier.weight"),
            ("a.b", "c.d", "a.b.weight", "c.d.weight"),
            ("a.weight", "b.weight", "a.weight", "b.weight"),
            ("", "body", "fc.bias", "body.fc.bias"),
            ("features", "", "features.0.bias", "0.bias"),
        ] {
            assert_eq!(LoadOptions::new().rename(from, to).renamed(name), expected);
        }
    }

    #[test]
    fn renamings_follow_each_other() {
        let options = LoadOptions::new().rename("a", "b").rename_with(str::to_uppercase).rename("B", "c");
        assert_eq!(options.renamed("a.weight"), "c.WEIGHT");
    }
}
