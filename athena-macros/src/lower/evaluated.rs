//! What an expression comes to: a number, a size, a word.

use crate::loc::Loc;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `16`
    Int(u64),
    /// `0.1`
    Float(f64),
    /// `3x3`
    Dims(Vec<u64>),
    /// `true`
    Bool(bool),
    /// `same`
    Word(String),
    /// A mistake that was reported, or a parameter of a block that nothing calls.
    Unknown,
}

/// A value and where it was written.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The value.
    pub value: Value,
    /// The literal, word or arithmetic that it comes from, also if a parameter brought it here.
    pub origin: Loc,
}

impl Value {
    /// As a user would write it.
    pub fn text(&self) -> String {
        match self {
            Value::Int(value) => value.to_string(),
            Value::Float(value) => format!("{value:?}"),
            Value::Dims(sizes) => sizes.iter().map(u64::to_string).collect::<Vec<_>>().join("x"),
            Value::Bool(value) => value.to_string(),
            Value::Word(word) => word.clone(),
            Value::Unknown => "?".to_string(),
        }
    }
}
