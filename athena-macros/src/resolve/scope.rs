//! The names of a body while it is resolved. A name is defined once and used after that.

use super::Resolved;
use super::names::made_names;
use crate::ast::{Block, Body, Expr, ExprKind, File, Name, Struct};
use crate::errors::{Error, Errors};
use crate::layers::word::all_of;
use crate::words::{self, Word, suggest};
use std::collections::{HashMap, HashSet};

/// The largest number of values of a body that a message lists.
const MOST_LISTED: usize = 20;

/// Whose body it is.
#[derive(Clone, Copy)]
pub enum Owner<'a> {
    /// A network's.
    Struct(&'a Struct),
    /// A block's.
    Block(&'a Block),
}

/// A body while its names are resolved.
pub struct Scope<'a> {
    /// The invocation.
    pub file: &'a File,
    /// The block, if the body is a block's.
    pub block: Option<&'a Block>,
    /// The struct, if the body is a network's.
    pub network: Option<&'a Struct>,
    /// Whether what the body gets is called `input`.
    pub has_input: bool,
    /// Names of values so far, and whether each was used.
    pub values: HashMap<String, Value>,
    /// Every name the body makes, also later.
    pub made: HashSet<&'a str>,
    /// Which parameters of the block were used.
    pub used_params: Vec<bool>,
    /// The repeats around the step that is read.
    pub repeats: usize,
    /// A `let` of the body has no name.
    pub lost_name: bool,
    /// Unknown names, which are reported at their first use.
    unknown: HashSet<String>,
    /// The results for later passes.
    pub resolved: &'a mut Resolved,
    /// The errors so far.
    pub errors: &'a mut Errors,
}

/// A name of a value.
pub struct Value {
    name: Name,
    pub used: bool,
    pub origin: Origin,
}

/// What gave a value its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The network's signature.
    Input,
    /// A `let`.
    Let,
    /// The label of a step.
    Label,
}

impl<'a> Scope<'a> {
    /// A scope without names.
    pub fn new(
        file: &'a File,
        body: &'a Body,
        owner: Owner<'a>,
        resolved: &'a mut Resolved,
        errors: &'a mut Errors,
    ) -> Scope<'a> {
        let (block, network) = match owner {
            Owner::Struct(network) => (None, Some(network)),
            Owner::Block(block) => (Some(block), None),
        };
        Scope {
            file,
            block,
            network,
            has_input: network.is_none_or(|network| !network.has_named_inputs()),
            values: HashMap::new(),
            made: made_names(body).into_iter().map(|name| name.text.as_str()).collect(),
            used_params: vec![false; block.map_or(0, |block| block.params.len())],
            repeats: 0,
            lost_name: body.lost_name || network.is_some_and(Struct::lacks_name),
            unknown: HashSet::new(),
            resolved,
            errors,
        }
    }

    pub fn params(&mut self) {
        let Some(block) = self.block else { return };
        for (index, param) in block.params.iter().enumerate() {
            let name = &param.name;
            if name.text == "input" {
                let error = Error::new(name.loc, "`input` is the block's argument and needs no parameter");
                self.errors.push(error.help(match (index, block.params.len()) {
                    (0, 1) => "remove it",
                    (0, _) => "remove `input,`",
                    _ => "remove `, input`",
                }));
            } else if crate::words::is_keyword(&name.ident.to_string()) {
                let error = Error::new(name.loc, format!("`{}` is a word of Rust's and cannot be a name", name.text));
                self.errors.push(error.help(format!("choose another name, such as `{}2`", plain_name(&name.text))));
            } else if block.params[..index].iter().any(|other| other.name.text == name.text) {
                let error = Error::new(name.loc, format!("two parameters are called `{}`", name.text));
                self.errors.push(error.help(format!("call this one `{}2`", name.text)));
            }
            if let Some(default) = &param.default {
                self.expression(default, None, index);
            }
        }
    }

    /// How many classes the network has, if it classifies.
    pub fn classes(&self) -> Option<usize> {
        self.network.and_then(Struct::classes)
    }

    /// What a chain may start from: `input`, or the first of the network's inputs that nothing reads so far.
    pub fn start(&self) -> &'a str {
        let ports = self.network.map_or(&[][..], |network| &network.inputs);
        let mut names = ports.iter().filter_map(|port| port.name.as_ref()).map(|name| name.text.as_str());
        let is_unread = |name: &&str| self.values.get(*name).is_some_and(|value| !value.used);
        names.clone().find(is_unread).or_else(|| names.next()).filter(|_| !self.has_input).unwrap_or("input")
    }

    /// A `let` or a label gives a name to a value.
    pub fn make(&mut self, name: &Name, origin: Origin) {
        let text = &name.text;
        let is_input = |value: &Value| value.origin == Origin::Input;
        let clash = if text == "input" && self.has_input {
            Some("`input` is the name of a body's input and cannot name another value".to_string())
        } else if text == "input" {
            Some("`input` is the name of a block's input and cannot name another value".to_string())
        } else if self.values.get(text).is_some_and(is_input) {
            Some(format!("`{text}` is already an input of this network"))
        } else if crate::words::is_keyword(&name.ident.to_string()) {
            Some(format!("`{text}` is a word of Rust's and cannot be a name"))
        } else if self.param(text).is_some() {
            Some(format!("`{text}` is already a parameter of this block"))
        } else if self.values.contains_key(text) {
            Some(format!("`{text}` already names a value in this body"))
        } else {
            None
        };
        if let Some(fact) = clash.filter(|_| !self.errors.is_full()) {
            let free = self.free_name(text);
            self.errors.push(Error::new(name.loc, fact).help(format!("choose another name, such as `{free}`")));
        }
        // Also after a mistake: what follows may use the name.
        self.values.entry(text.clone()).or_insert_with(|| Value { name: name.clone(), used: false, origin });
    }

    /// A name like `text` that nothing has yet.
    pub fn free_name(&self, text: &str) -> String {
        let is_input = |name: &str| self.values.get(name).is_some_and(|value| value.origin == Origin::Input);
        let taken = |name: &str| self.made.contains(name) || self.param(name).is_some() || is_input(name);
        let text = plain_name(text);
        let stem = text.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let number = text[stem.len()..].parse().unwrap_or(1usize);
        (number.saturating_add(1)..)
            .map(|number| format!("{stem}{number}"))
            .find(|name| !taken(name))
            .unwrap_or_default()
    }

    /// An input of the network gives its name to a value.
    pub fn receive(&mut self, name: &Name) {
        let value = || Value { name: name.clone(), used: false, origin: Origin::Input };
        self.values.entry(name.text.clone()).or_insert_with(value);
    }

    /// The index of a parameter.
    pub fn param(&self, text: &str) -> Option<usize> {
        self.block?.params.iter().position(|param| param.name.text == text)
    }

    /// Whether a name stands for a value here.
    pub fn is_value(&self, text: &str) -> bool {
        (text == "input" && self.has_input) || self.values.contains_key(text)
    }

    /// Counts a name as used although its use is a mistake.
    pub fn touch(&mut self, text: &str) {
        if let Some(value) = self.values.get_mut(text) {
            value.used = true;
        }
        if let Some(index) = self.param(text) {
            self.used_params[index] = true;
        }
    }

    pub fn value(&mut self, name: &'a Name, alone: bool) {
        if self.is_value(&name.text) {
            self.touch(&name.text);
            return;
        }
        self.touch(&name.text);
        self.resolved.mark(name.loc);
        if !self.errors.is_full() && !self.lost_name && (self.is_first(&name.text) || self.is_misspelt_use(&name.text))
        {
            let error = self.no_value(name, alone);
            self.errors.push(error);
        }
    }

    /// Whether this unknown name was not reported before. A name that is misspelt in its definition is one mistake, however often
    /// it is used.
    pub fn is_first(&mut self, text: &str) -> bool {
        self.unknown.insert(text.to_string())
    }

    /// Whether an unknown name is misspelt in this use and not in its definition: a similar name is used elsewhere.
    fn is_misspelt_use(&self, text: &str) -> bool {
        if self.nearest_unused(text).is_some() {
            return false;
        }
        let used = self.values.iter().filter(|(_, value)| value.used).map(|(name, _)| name.as_str());
        let is_known = self.param(text).is_some() || words::find(text).is_some();
        is_known || self.made.contains(text) || nearest_sorted(text, used.chain(self.input()), self.errors).is_some()
    }

    /// `input`, if that is a name here.
    fn input(&self) -> Option<&'static str> {
        self.has_input.then_some("input")
    }

    /// A `let` or an input that nothing uses so far and whose name is much like this one.
    fn nearest_unused(&self, text: &str) -> Option<&str> {
        let unused = self.values.iter().filter(|(_, value)| value.origin != Origin::Label && !value.used);
        nearest_sorted(text, unused.map(|(name, _)| name.as_str()), self.errors)
    }

    fn no_value(&self, name: &Name, alone: bool) -> Error {
        let text = &name.text;
        if let ("input", Some(network)) = (text.as_str(), self.network) {
            return input_is_no_name(name, network, self.start());
        }
        if let Some(near) = self.nearest_unused(text) {
            let error = Error::new(name.loc, format!("cannot find a value `{text}` in this body"));
            return error.help(format!("did you mean `{near}`?"));
        }
        let not_a_value = |what: &str| Error::new(name.loc, format!("`{text}` is {what}, not a value"));
        if self.param(text).is_some() {
            let near =
                nearest_sorted(text, self.values.keys().map(String::as_str), self.errors).unwrap_or(self.start());
            return not_a_value("a parameter").help(format!("name a value, such as `{near}`"));
        }
        let step = match (words::find(text), self.resolved.blocks.get(text)) {
            (Some(word), _) => Some(("a layer", self.example(word))),
            (None, Some(_)) => Some(("a block", text.clone())),
            (None, None) => None,
        };
        if let Some((what, example)) = step
            && !self.made.contains(text.as_str())
        {
            let chain = format!("{} -> {example}", self.start());
            let help = if alone { format!("write `{chain}`") } else { format!("write `({chain})`") };
            return not_a_value(what).help(help);
        }
        if self.made.contains(text.as_str()) {
            return Error::new(name.loc, format!("`{text}` is used before it is made"))
                .note("a name is known after its step")
                .help(format!("write `{}`, or move this behind the step that makes `{text}`", self.start()));
        }
        let error = Error::new(name.loc, format!("cannot find a value `{text}` in this body"));
        let known = self.values.keys().map(String::as_str).chain(self.input());
        if let Some(near) = nearest_sorted(text, known, self.errors) {
            return error.help(format!("did you mean `{near}`?"));
        }
        let error = match self.elsewhere(text) {
            Some(body) => {
                error.note(format!("`{text}` is a name in `{body}`; a body sees only its own names and its `input`"))
            }
            None => error,
        };
        let likely = self.idle().filter(|_| !alone).unwrap_or(self.start());
        self.listing(error, |_| true).help(format!("write `{likely}`, or the name of another value"))
    }

    /// A note on the names of values that there are.
    pub fn listing(&self, error: Error, is_asked: impl Fn(&Value) -> bool) -> Error {
        let asked = self.values.iter().filter(|(_, value)| is_asked(value));
        let mut known: Vec<&str> = asked.map(|(name, _)| name.as_str()).collect();
        known.sort_unstable();
        known.truncate(MOST_LISTED);
        match known.is_empty() {
            true => error,
            false => error.note(format!("the names of values here are {}", all_of(&known))),
        }
    }

    /// The only unused `let` before this place.
    pub fn idle(&self) -> Option<&str> {
        let mut idle = self.values.iter().filter(|(_, value)| value.origin == Origin::Let && !value.used);
        idle.next().filter(|_| idle.next().is_none()).map(|(name, _)| name.as_str())
    }

    /// An example of a call of a layer in this body. The first parameter of a block is taken for its number of filters.
    fn example(&self, word: &Word) -> String {
        let first = self.block.and_then(|block| block.params.first()).map(|param| &param.name.text);
        match (word.args.first(), first) {
            (None, _) => word.name.to_string(),
            (Some(filters), Some(param)) if filters.name == "filters" => word.example.replacen("16", param, 1),
            _ => word.example.to_string(),
        }
    }

    /// The struct or block that makes a value of this name.
    pub fn elsewhere(&self, text: &str) -> Option<&str> {
        let structs = self.file.structs.iter().map(|network| (&network.name, &network.body));
        let blocks = self.file.blocks.iter().map(|block| (&block.name, &block.body));
        structs
            .chain(blocks)
            .find(|(_, body)| made_names(body).iter().any(|made| made.text == text))
            .map(|(name, _)| name.text.as_str())
    }

    pub fn report_unused(&mut self) {
        let values = self.values.values().filter(|value| value.origin == Origin::Let && !value.used);
        let unused = &mut self.resolved.unused;
        unused.extend(values.map(|value| value.name.loc.first));
        let params = self.block.map_or(&[][..], |block| &block.params);
        let params = params.iter().zip(&self.used_params).filter(|(_, used)| !**used);
        unused.extend(params.map(|(param, _)| param.name.loc.first));
    }
}

/// Where inputs have names, `input` is none.
fn input_is_no_name(name: &Name, network: &Struct, likely: &str) -> Error {
    let ports = network.inputs.iter().filter_map(|port| port.name.as_ref());
    let names: Vec<&str> = ports.map(|name| name.text.as_str()).collect();
    let error =
        Error::new(name.loc, format!("the inputs of `{}` have names, and none is called `input`", network.name.text));
    let (what, other) = if names.len() == 1 { ("the input is", "") } else { ("the inputs are", ", or another one") };
    error.note(format!("{what} {}", all_of(&names))).help(format!("write `{likely}`{other}"))
}

/// A word that can be the start of a name.
fn plain_name(text: &str) -> &str {
    if text == "_" { "value" } else { text }
}

/// [`suggest::nearest`] of words that come in no order.
pub fn nearest_sorted<'c>(written: &str, words: impl Iterator<Item = &'c str>, errors: &Errors) -> Option<&'c str> {
    let mut words: Vec<&str> = words.collect();
    if !errors.may_compare(words.len()) {
        return None;
    }
    words.sort_unstable();
    suggest::nearest(written, words)
}

/// The name, if the value is only a name.
pub fn name_of(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Name(name) => Some(&name.text),
        _ => None,
    }
}
