//! How a file of weights is read.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// What of a file [`Model::load_with`](crate::model::Model::load_with) takes, and under which names; works for safetensors and for
/// PyTorch's checkpoints alike.
///
/// Nothing needs to be said for names that fit as they are, or behind the usual prefixes `module.`, `_orig_mod.`, `model.`, `net.`,
/// `backbone.` and `encoder.` in any combination: those are found, and the report says which it was.
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
    /// The whole file under the names that it has, as [`load`](crate::model::Model::load) takes it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Where in the file the state dict is, such as `"state_dict_ema"` or, of dicts in dicts, `"ema.model"`; lists and tuples are
    /// counted from 0: `"models.0"`. In a safetensors file, which has names alone, these are the names that begin with the key and a dot.
    ///
    /// Default: the file's dict itself if it holds tensors, or what it has under `state_dict`, `model_state_dict`, `model`, `net`,
    /// `network`, `module` or `model_state`, the first of these that holds tensors.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Takes the tensors alone whose names begin with this, which the network's names do without, and passes over all others.
    /// Before and after it, `module.` and `_orig_mod.` are still passed over; other prefixes are not looked for, so that `""` takes the names as
    /// they are.
    ///
    /// Default: the combination of `model.`, `net.`, `backbone.` and `encoder.` with which the most names fit, and which may be none.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Reads the tensor `from`, and all whose names begin with `from` and a dot, as `to`: `rename("classifier", "fc")` makes
    /// `classifier.weight` the network's `fc.weight`. `""` stands for nothing: `rename("", "body")` puts `body.` before every name, and
    /// `rename("features", "")` takes `features.` away.
    ///
    /// It sees names without their prefix. May be called several times; each renaming sees what the one before made.
    #[must_use]
    pub fn rename(mut self, from: impl Into<String>, to: impl Into<String>) -> Self {
        self.renamings.push(Renaming::Path { from: from.into(), to: to.into() });
        self
    }

    /// Reads each tensor under the name that `rename` makes of its own (without the prefix). It may be called more than once for a name.
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

    /// Whether only what fits by name and shape is loaded, as [`load_partial`](crate::model::Model::load_partial) does, rather than all or
    /// nothing. Default: `false`.
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

    /// The network's name of what the file calls `name`, behind its prefix.
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

/// The name with the path `to` in the place of the path `from` that it begins with.
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
