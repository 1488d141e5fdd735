//! The values of expressions: numbers, sizes, words.

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
    /// An unknown value: of an expression with a reported mistake, or of a parameter of a block that is never called.
    Unknown,
}

/// A value, and the place where it is written.
#[derive(Clone, Debug)]
pub struct Evaluated {
    /// The value.
    pub value: Value,
    /// The literal, word or arithmetic that it comes from. For a parameter, this is in a call or a default.
    pub origin: Loc,
}

impl Value {
    /// The text of the value in the language.
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
