//! Steps as they were written, for errors that quote them.

use crate::loc::Loc;

/// A step as written.
#[derive(Debug)]
pub struct WrittenStep {
    /// The layer word, or the sign of a join.
    pub word: Loc,
    /// The whole step.
    pub loc: Loc,
    /// Source text.
    pub text: String,
    /// The layer word.
    pub name: String,
    /// The arguments that were given, in the layer's order.
    pub args: Vec<Given>,
    /// The operands of a join as written. In a step such as `+ a`, the value of the chain before it is not among them.
    pub operands: Vec<(Loc, String)>,
    /// Whether the first input of a join is the value of the chain before it.
    pub continues: bool,
    /// The text to remove in order to remove this step; empty if that is impossible.
    pub removal: String,
}

/// An argument as written.
#[derive(Debug)]
pub struct Given {
    /// The argument's name.
    pub name: &'static str,
    /// Its source text in this step.
    pub text: String,
    /// The place where its value is written: in this step or, if it is a parameter, in a call or a default.
    pub origin: Loc,
    /// Whether it was given as `name = value`.
    pub named: bool,
}

impl WrittenStep {
    /// A place without a step.
    pub fn nowhere(at: Loc) -> WrittenStep {
        WrittenStep {
            word: at,
            loc: at,
            text: String::new(),
            name: String::new(),
            args: Vec::new(),
            operands: Vec::new(),
            continues: false,
            removal: String::new(),
        }
    }

    /// An argument that was given.
    pub fn arg(&self, name: &str) -> Option<&Given> {
        self.args.iter().find(|given| given.name == name)
    }

    /// The step with one argument replaced or added, as the user would write it.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut args: Vec<String> = Vec::new();
        let mut replaced = false;
        for given in &self.args {
            let here = given.name == name;
            replaced |= here;
            let text = if here { value } else { &given.text };
            args.push(if given.named { format!("{} = {text}", given.name) } else { text.to_string() });
        }
        if !replaced {
            args.push(format!("{name} = {value}"));
        }
        format!("{}({})", self.name, args.join(", "))
    }

    /// The help that changes the value of an argument: in this step or, if it is a parameter, where the parameter gets its value.
    pub fn mend(&self, name: &str, value: &str) -> String {
        match self.writes(name) {
            true => format!("write `{}`", self.with(name, value)),
            false => format!("write `{value}`"),
        }
    }

    /// Whether the value of an argument is written in the step itself.
    pub fn writes(&self, name: &str) -> bool {
        let origin = self.origin(name);
        self.loc.first <= origin.first && origin.last <= self.loc.last
    }

    /// The place where the value of an argument is written; the layer word if it is the default.
    pub fn origin(&self, name: &str) -> Loc {
        self.arg(name).map_or(self.word, |given| given.origin)
    }
}
