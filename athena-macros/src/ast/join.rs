//! The signs that join values.

/// A sign that joins values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// `+`
    Add,
    /// `*`
    Multiply,
    /// `||`
    Concat,
}

impl Join {
    /// Its text.
    pub fn symbol(self) -> &'static str {
        match self {
            Join::Add => "+",
            Join::Multiply => "*",
            Join::Concat => "||",
        }
    }

    /// The name of an unlabelled join in paths.
    pub fn word(self) -> &'static str {
        match self {
            Join::Add => "add",
            Join::Multiply => "multiply",
            Join::Concat => "concat",
        }
    }
}
