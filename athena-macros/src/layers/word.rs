//! Words of the language: name, arguments, documentation, and the function that makes a layer of the arguments.

use crate::graph::{Given, Padding, WrittenOp};

/// The largest number of channels, outputs or groups, which is more than any network has.
pub const MOST: u64 = 1 << 20;
/// The largest size of a window, which is larger than any image.
pub const MOST_SIDE: u64 = 1 << 10;

/// A layer word.
#[derive(Debug)]
pub struct Word {
    /// Its name in the language.
    pub name: &'static str,
    /// Its arguments, in order.
    pub args: &'static [Argument],
    /// An example of a step that compiles after a map (for `linear`, after a vector).
    pub example: &'static str,
    /// A sentence that says what it does.
    pub doc: &'static str,
    /// Makes the layer from its arguments.
    pub lower: fn(&Args) -> WrittenOp,
    /// Whether it has parameters or running statistics of its own.
    pub learns: bool,
}

/// An argument of a layer.
#[derive(Debug)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// The kind of values that it takes.
    pub kind: Kind,
    /// Its value if it is left out.
    pub default: Default,
    /// A phrase that says what it means.
    pub doc: &'static str,
}

/// The kind of values that an argument takes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A whole number in a range.
    Count { min: u64, max: u64 },
    /// `3x3`, `1x7`, or a number for both; each in a range.
    Pair { min: u64, max: u64 },
    /// `same`, `valid`, a number or `HxW`.
    Padding,
    /// `true` or `false`.
    Switch,
    /// `auto`, `true` or `false`.
    AutoSwitch,
    /// A number from `min` to `max`; `open` leaves these two out.
    Real { min: f64, max: f64, open: (bool, bool) },
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A word of an activation, which then has its default arguments.
    Activation(&'static [&'static str]),
}

/// The value of an argument that is left out.
#[derive(Clone, Copy, Debug)]
pub enum Default {
    /// It cannot be left out.
    Required,
    /// A number.
    Int(u64),
    /// A number.
    Real(f64),
    /// `true` or `false`.
    Switch(bool),
    /// A word.
    Word(&'static str),
    /// The same as an earlier argument.
    SameAs(&'static str),
    /// Nothing.
    Nothing,
}

impl Word {
    /// A word without arguments.
    pub const fn plain(name: &'static str, lower: fn(&Args) -> WrittenOp, doc: &'static str) -> Word {
        Word { name, args: &[], example: name, doc, lower, learns: false }
    }
}

impl Argument {
    /// An argument of a layer.
    pub const fn new(name: &'static str, kind: Kind, default: Default, doc: &'static str) -> Argument {
        Argument { name, kind, default, doc }
    }
}

/// The argument `filters`.
pub const FILTERS: Argument =
    Argument::new("filters", Kind::Count { min: 1, max: MOST }, Default::Required, "number of output channels");

impl Word {
    /// An argument by name.
    pub fn argument(&self, name: &str) -> Option<&'static Argument> {
        self.args.iter().find(|argument| argument.name == name)
    }

    /// `conv(filters, kernel, stride = 1, ...)`
    pub fn signature(&self) -> String {
        if self.args.is_empty() {
            return self.name.to_string();
        }
        let args: Vec<String> = self
            .args
            .iter()
            .filter(|argument| !matches!(argument.default, Default::Nothing))
            .map(|argument| match argument.default.text() {
                Some(default) => format!("{} = {default}", argument.name),
                None => argument.name.to_string(),
            })
            .collect();
        format!("{}({})", self.name, args.join(", "))
    }
}

impl Argument {
    /// Whether it cannot be left out.
    pub fn is_required(&self) -> bool {
        matches!(self.default, Default::Required)
    }

    /// A valid value: its default, or one of its kind.
    pub fn sample(&self) -> String {
        match (self.default, self.kind) {
            (Default::SameAs(_), _) => "2".to_string(),
            (Default::Required | Default::Nothing, kind) => kind.sample().to_string(),
            (default, _) => default.text().unwrap_or_default(),
        }
    }
}

impl Kind {
    /// A value of this kind.
    pub fn sample(self) -> &'static str {
        match self {
            Kind::Count { .. } => "16",
            Kind::Pair { .. } => "3x3",
            Kind::Padding => "same",
            Kind::Switch | Kind::AutoSwitch => "true",
            Kind::Real { .. } => "0.5",
            Kind::Choice(words) => words[0],
            Kind::Activation(_) => "relu",
        }
    }

    /// The words that this kind takes.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Kind::Padding => &["same", "valid"],
            Kind::AutoSwitch => &["auto"],
            Kind::Choice(words) | Kind::Activation(words) => words,
            Kind::Count { .. } | Kind::Pair { .. } | Kind::Switch | Kind::Real { .. } => &[],
        }
    }

    /// A description of this kind for messages.
    pub fn expected(self) -> String {
        match self {
            Kind::Count { .. } => "a whole number".to_string(),
            Kind::Pair { .. } => "a size such as `3x3`, or a number for both sides".to_string(),
            Kind::Padding => "`same`, `valid`, a number or a size such as `1x3`".to_string(),
            Kind::Switch => "`true` or `false`".to_string(),
            Kind::AutoSwitch => "`auto`, `true` or `false`".to_string(),
            Kind::Real { .. } => "a number".to_string(),
            Kind::Choice(words) | Kind::Activation(words) => one_of(words),
        }
    }
}

impl Default {
    /// The text in a signature.
    pub fn text(self) -> Option<String> {
        match self {
            Default::Required | Default::Nothing => None,
            Default::Int(value) => Some(value.to_string()),
            Default::Real(value) if value != 0.0 && value.abs() < 1e-3 => Some(format!("{value:e}")),
            Default::Real(value) => Some(value.to_string()),
            Default::Switch(value) => Some(value.to_string()),
            Default::Word(word) | Default::SameAs(word) => Some(word.to_string()),
        }
    }
}

/// A value of the right kind.
#[derive(Clone, Debug)]
pub enum Typed {
    /// A whole number.
    Count(usize),
    /// Height x width.
    Pair([usize; 2]),
    /// A padding.
    Padding(Padding),
    /// `true` or `false`.
    Switch(bool),
    /// A number.
    Real(f64),
    /// One of the words, `auto` among them.
    Word(&'static str),
}

/// The arguments of a layer, with defaults filled in. A wrong or missing argument is `None`.
pub struct Args {
    word: &'static Word,
    /// The values, in the order of the word's arguments.
    pub values: Vec<Option<Typed>>,
    /// The arguments as written.
    pub given: Vec<Given>,
}

impl Args {
    /// No arguments yet.
    pub fn new(word: &'static Word) -> Args {
        Args { word, values: Vec::new(), given: Vec::new() }
    }

    /// The arguments of a word if none is given.
    pub fn defaults(word: &'static Word) -> Args {
        let mut args = Args::new(word);
        word.args.iter().for_each(|argument| args.push_default(argument));
        args
    }

    /// Adds the default of the next argument.
    pub fn push_default(&mut self, argument: &Argument) {
        let value = default(argument, self);
        self.values.push(value);
    }

    fn get(&self, name: &str) -> Option<&Typed> {
        let index = self.word.args.iter().position(|argument| argument.name == name)?;
        self.values[index].as_ref()
    }

    /// A whole number.
    pub fn count(&self, name: &str) -> Option<usize> {
        match self.get(name) {
            Some(Typed::Count(value)) => Some(*value),
            _ => None,
        }
    }

    /// Height x width.
    pub fn pair(&self, name: &str) -> Option<[usize; 2]> {
        match self.get(name) {
            Some(Typed::Pair(value)) => Some(*value),
            _ => None,
        }
    }

    /// A padding.
    pub fn padding(&self, name: &str) -> Option<Padding> {
        match self.get(name) {
            Some(Typed::Padding(value)) => Some(*value),
            _ => None,
        }
    }

    /// `true` or `false`; `None` for `auto`.
    pub fn switch(&self, name: &str) -> Option<bool> {
        match self.get(name) {
            Some(Typed::Switch(value)) => Some(*value),
            _ => None,
        }
    }

    /// A number.
    pub fn real(&self, name: &str) -> Option<f64> {
        match self.get(name) {
            Some(Typed::Real(value)) => Some(*value),
            _ => None,
        }
    }

    /// One of the words.
    pub fn word(&self, name: &str) -> Option<&'static str> {
        match self.get(name) {
            Some(Typed::Word(value)) => Some(value),
            _ => None,
        }
    }
}

fn default(argument: &Argument, earlier: &Args) -> Option<Typed> {
    match (argument.default, argument.kind) {
        (Default::SameAs(name), _) => earlier.get(name).cloned(),
        (Default::Int(value), Kind::Pair { .. }) => Some(Typed::Pair([value as usize; 2])),
        (Default::Int(value), _) => Some(Typed::Count(value as usize)),
        (Default::Real(value), _) => Some(Typed::Real(value)),
        (Default::Switch(value), _) => Some(Typed::Switch(value)),
        (Default::Word("same"), Kind::Padding) => Some(Typed::Padding(Padding::Same)),
        (Default::Word(_), Kind::Padding) => Some(Typed::Padding(Padding::Valid)),
        (Default::Word(word), _) => Some(Typed::Word(word)),
        (Default::Required | Default::Nothing, _) => None,
    }
}

/// `` `a`, `b` and `c` ``
pub fn all_of(words: &[&str]) -> String {
    listed(words, "and")
}

/// `` `a`, `b` or `c` ``
pub fn one_of(words: &[&str]) -> String {
    listed(words, "or")
}

fn listed(words: &[&str], last_sign: &str) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match &quoted[..] {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} {last_sign} {last}", rest.join(", ")),
    }
}
