//! Values computed while compiling: numbers, sizes, words, and checked integer arithmetic.

use super::Lowerer;
use super::scope::Scope;
use crate::ast::{Expr, ExprKind};
use crate::errors::Error;
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
            Value::Float(value) => value.to_string(),
            Value::Dims(sizes) => sizes.iter().map(u64::to_string).collect::<Vec<_>>().join("x"),
            Value::Bool(value) => value.to_string(),
            Value::Word(word) => word.clone(),
            Value::Unknown => "?".to_string(),
        }
    }
}

impl Lowerer<'_> {
    /// Computes a value in a body.
    pub fn evaluate(&mut self, expr: &Expr, scope: &Scope) -> Evaluated {
        let value = match &expr.kind {
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Float(value) => Value::Float(*value),
            ExprKind::Dims(sizes) => Value::Dims(sizes.clone()),
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Name(name) if self.resolved.is_broken(name.loc) => Value::Unknown,
            ExprKind::Name(name) => match scope.params.get(&name.text) {
                Some(given) => return given.clone(),
                None => Value::Word(name.text.clone()),
            },
            ExprKind::Paren(inner) => return self.evaluate(inner, scope),
            ExprKind::Negative(inner) => self.negative(inner, expr, scope),
            ExprKind::Arithmetic(first, rest) => self.arithmetic(first, rest, expr, scope),
            ExprKind::Broken => Value::Unknown,
        };
        Evaluated { value, origin: expr.loc }
    }

    fn negative(&mut self, inner: &Expr, whole: &Expr, scope: &Scope) -> Value {
        match self.evaluate(inner, scope).value {
            Value::Float(value) => Value::Float(-value),
            Value::Unknown => Value::Unknown,
            value => {
                let error = Error::new(whole.loc, format!("`{}` is negative: sizes count from 0", whole.text));
                self.report(error.help(format!("write `{}`", value.text())), scope.frame);
                Value::Unknown
            }
        }
    }

    fn arithmetic(&mut self, first: &Expr, rest: &[(char, Loc, Expr)], whole: &Expr, scope: &Scope) -> Value {
        let mut total = self.number(first, scope);
        for (sign, _, operand) in rest {
            let right = self.number(operand, scope);
            let (Some(left), Some(right)) = (total, right) else {
                total = None;
                continue;
            };
            total = match apply(left, *sign, right) {
                Ok(result) => Some(result),
                Err(problem) => {
                    let mut error = Error::new(whole.loc, problem.fact);
                    error.help = Some(problem.help);
                    if whole.text != format!("{left} {sign} {right}") {
                        error.notes.push(format!("`{}` is {left} {sign} {right}", whole.text));
                    }
                    self.report(error, scope.frame);
                    None
                }
            };
        }
        total.map_or(Value::Unknown, Value::Int)
    }

    fn number(&mut self, expr: &Expr, scope: &Scope) -> Option<u64> {
        match self.evaluate(expr, scope).value {
            Value::Int(value) => Some(value),
            Value::Unknown => None,
            other => {
                let error = Error::new(expr.loc, "arithmetic is on whole numbers");
                let error = match (&other, expr.text == other.text()) {
                    (_, false) => error.note(format!("`{}` is `{}` here", expr.text, other.text())),
                    _ => error,
                };
                self.report(error.help("write the result as one value"), scope.frame);
                None
            }
        }
    }
}

struct Problem {
    fact: String,
    help: String,
}

fn apply(left: u64, sign: char, right: u64) -> Result<u64, Problem> {
    let problem = |fact: String, help: String| Err(Problem { fact, help });
    match sign {
        '+' => left.checked_add(right),
        '*' => left.checked_mul(right),
        '-' if right > left => {
            return problem(format!("{left} - {right} is less than 0"), format!("subtract at most `{left}`"));
        }
        '-' => Some(left - right),
        _ if right == 0 => return problem("division by 0".to_string(), "divide by `1` or more".to_string()),
        _ if !left.is_multiple_of(right) => {
            let fits = left / right * right + right;
            return problem(
                format!("{right} does not divide {left}: {} is left", left % right),
                format!("use a multiple of {right}, such as `{fits}`"),
            );
        }
        _ => Some(left / right),
    }
    .map_or_else(|| problem(format!("{left} {sign} {right} is too large"), "use smaller numbers".to_string()), Ok)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn arithmetic_is_checked() {
        assert_eq!(apply(64, '*', 4).ok(), Some(256));
        assert_eq!(apply(64, '/', 4).ok(), Some(16));
        assert!(apply(18, '/', 4).is_err_and(|problem| problem.fact == "4 does not divide 18: 2 is left"));
        assert!(apply(1, '/', 0).is_err_and(|problem| problem.fact == "division by 0"));
        assert!(apply(3, '-', 5).is_err_and(|problem| problem.fact == "3 - 5 is less than 0"));
        assert!(apply(u64::MAX, '+', 1).is_err());
        assert!(apply(u64::MAX, '*', 2).is_err());
    }
}
