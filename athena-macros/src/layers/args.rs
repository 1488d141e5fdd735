//! The arguments of a layer's step, of the right kind and in range.

use super::word::{Argument, Default, Kind, Word};
use crate::graph::{Given, Padding};

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

/// A layer's arguments, defaults filled in; `None` where one is wrong or absent.
pub struct Args {
    word: &'static Word,
    /// In the word's order.
    pub values: Vec<Option<Typed>>,
    /// What was written.
    pub given: Vec<Given>,
}

impl Args {
    /// None yet.
    pub fn new(word: &'static Word) -> Args {
        Args { word, values: Vec::new(), given: Vec::new() }
    }

    /// What a word has when nothing is given.
    pub fn defaults(word: &'static Word) -> Args {
        let mut args = Args::new(word);
        word.args.iter().for_each(|argument| args.push_default(argument));
        args
    }

    /// The next argument has its default.
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
