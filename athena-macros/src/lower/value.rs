//! Evaluates expressions: numbers, sizes, words, and checked integer arithmetic.

use super::Lowerer;
use super::evaluated::{Evaluated, Value};
use super::scope::Scope;
use crate::ast::{Expr, ExprKind};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words::{Kind, ROUND};

impl Lowerer<'_> {
    /// Computes a value in a body.
    pub fn evaluate(&mut self, expr: &Expr, scope: &Scope) -> Evaluated {
        let value = match &expr.kind {
            _ if !self.count_values(1) => Value::Unknown,
            ExprKind::Int(value) => Value::Int(*value),
            ExprKind::Float(value) => Value::Float(*value),
            ExprKind::Dims(sizes) => Value::Dims(sizes.clone()),
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::Name(name) if self.resolved.is_broken(name.loc) => Value::Unknown,
            ExprKind::Arithmetic(..) if self.resolved.is_broken(expr.loc) => Value::Unknown,
            ExprKind::Name(name) => match (scope.params.get(&name.text), scope.round) {
                (Some(given), _) => return given.clone(),
                (None, Some(round)) if name.text == ROUND => Value::Int(round),
                (None, _) => Value::Word(name.text.clone()),
            },
            ExprKind::Paren(inner) => return self.evaluate(inner, scope),
            ExprKind::Negative(inner) => self.negative(inner, expr, scope),
            ExprKind::Arithmetic(first, rest) => self.arithmetic(first, rest, expr, scope),
            ExprKind::Wrong(_) | ExprKind::Broken => Value::Unknown,
        };
        Evaluated { value, origin: expr.loc }
    }

    /// Computes an argument of a layer. Where a number may be below 0, a whole one may be.
    pub fn evaluate_for(&mut self, kind: Kind, expr: &Expr, scope: &Scope) -> Evaluated {
        match (kind, &expr.kind) {
            (Kind::Real { min, .. }, ExprKind::Negative(inner)) if min < 0.0 => match inner.kind {
                ExprKind::Int(value) => Evaluated { value: Value::Float(-(value as f64)), origin: expr.loc },
                _ => self.evaluate(expr, scope),
            },
            _ => self.evaluate(expr, scope),
        }
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
        let first_term = Term { expr: first, given: self.evaluate(first, scope) };
        let terms: Vec<Term> =
            rest.iter().map(|(_, _, expr)| Term { expr, given: self.evaluate(expr, scope) }).collect();
        let all = || std::iter::once(&first_term).chain(&terms);
        if all().any(|term| term.given.value == Value::Unknown) {
            return Value::Unknown;
        }
        if let Some(odd) = all().find(|term| term.number().is_none()) {
            self.report(not_whole(&first_term, rest, &terms, odd, whole), scope.frame);
            return Value::Unknown;
        }
        let mut total = first_term.number().unwrap_or_default();
        for (index, ((sign, ..), term)) in rest.iter().zip(&terms).enumerate() {
            let right = term.number().unwrap_or_default();
            match apply(total, *sign, right) {
                Ok(result) => total = result,
                Err(problem) => {
                    let sum = Sum {
                        whole,
                        first: (index == 0).then_some(&first_term),
                        left: total,
                        sign: *sign,
                        right: term,
                    };
                    let error = sum.error(problem, index + 1 == rest.len());
                    self.report(error, scope.frame);
                    return Value::Unknown;
                }
            }
        }
        Value::Int(total)
    }
}

/// An operand and its value.
struct Term<'e> {
    expr: &'e Expr,
    given: Evaluated,
}

impl Term<'_> {
    fn number(&self) -> Option<u64> {
        match self.given.value {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// Whether it is a parameter, whose value is written elsewhere.
    fn is_param(&self) -> bool {
        matches!(self.expr.kind, ExprKind::Name(_))
    }
}

/// The error for an operand that is not a whole number, as in `1.5 * 2`, or a parameter with the value `3x3`.
fn not_whole(first: &Term, rest: &[(char, Loc, Expr)], terms: &[Term], odd: &Term, whole: &Expr) -> Error {
    let found = odd.given.value.text();
    let fact = format!("arithmetic is on whole numbers, found `{found}`");
    if odd.is_param() {
        let first_side = found.split(['x', '.']).next().and_then(|side| side.parse::<u64>().ok());
        return Error::new(odd.given.origin, fact)
            .note(format!("it is `{}` in `{}`", odd.expr.text, whole.text))
            .help(format!("write a whole number, such as `{}`", first_side.filter(|side| *side > 0).unwrap_or(16)));
    }
    let real = |term: &Term| match &term.given.value {
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    };
    let result = rest.iter().zip(terms).try_fold(real(first).unwrap_or(f64::NAN), |total, ((sign, ..), term)| {
        let right = real(term)?;
        Some(match sign {
            '+' => total + right,
            '-' => total - right,
            '*' => total * right,
            _ => total / right,
        })
    });
    let result = result.filter(|result| result.is_finite() && *result > 0.0).unwrap_or(16.0);
    Error::new(whole.loc, fact).help(format!("write the result: `{result}`"))
}

/// An operation without a result.
struct Sum<'e> {
    whole: &'e Expr,
    /// The left operand, if it is not the result of another operation.
    first: Option<&'e Term<'e>>,
    left: u64,
    sign: char,
    right: &'e Term<'e>,
}

impl Sum<'_> {
    fn is_share(&self) -> bool {
        self.left > 0 && self.right.number().is_some_and(|right| right > self.left)
    }

    /// The error, at the argument that gives a parameter its value, or else at the operation.
    fn error(&self, problem: Problem, is_last: bool) -> Error {
        let Problem { fact, left, right } = problem;
        let by_left = self.first.filter(|term| term.is_param() && left.is_some());
        let by_right = Some(self.right).filter(|term| term.is_param() && right.is_some());
        let (at, code) = match (by_left, by_right, left, right) {
            (Some(term), _, Some(left), _) => (term.given.origin, left.to_string()),
            (None, Some(term), _, Some(right)) => (term.given.origin, right.to_string()),
            // A fraction, as in `dropout(1 / 2)`.
            (None, None, Some(_), Some(_))
                if self.sign == '/' && self.first.is_some() && is_last && self.is_share() =>
            {
                (self.whole.loc, (self.left as f64 / self.right.number().unwrap_or(1) as f64).to_string())
            }
            (_, _, _, Some(right)) if is_last => {
                let before = self.whole.text.strip_suffix(&self.right.expr.text).unwrap_or_default();
                (self.whole.loc, format!("{before}{right}"))
            }
            (_, _, left, _) => (self.whole.loc, left.unwrap_or(16).to_string()),
        };
        let number = self.right.number().unwrap_or_default();
        let (text, numbers) = (&self.whole.text, format!("{} {} {number}", self.left, self.sign));
        let error = match *text == numbers {
            true => Error::new(at, fact),
            false => Error::new(at, fact).note(format!("`{text}` is {numbers}")),
        };
        let is_multiple =
            self.sign == '/' && number > 1 && code.parse().is_ok_and(|left: u64| left.is_multiple_of(number));
        let other = if is_multiple { format!("multiple of {number}") } else { "number".to_string() };
        error.help(format!("write `{code}`, or another {other}"))
    }
}

/// The reason why an operation has no result, and operands with which it would have one.
struct Problem {
    fact: String,
    left: Option<u64>,
    right: Option<u64>,
}

fn apply(left: u64, sign: char, right: u64) -> Result<u64, Problem> {
    let too_large = || Problem { fact: format!("{left} {sign} {right} is too large"), left: None, right: None };
    match sign {
        '+' => left.checked_add(right).ok_or_else(too_large),
        '*' => left.checked_mul(right).ok_or_else(too_large),
        '-' => left.checked_sub(right).ok_or_else(|| Problem {
            fact: format!("{left} - {right} is less than 0"),
            left: right.checked_add(1),
            right: Some(left.saturating_sub(1)),
        }),
        _ if right == 0 => Err(Problem { fact: "division by 0".to_string(), left: None, right: Some(1) }),
        _ if left.is_multiple_of(right) => Ok(left / right),
        _ => Err(Problem {
            fact: format!("{left} is not divisible by {right}: the remainder is {}", left % right),
            left: (left / right).checked_add(1).and_then(|rounds| rounds.checked_mul(right)),
            right: (1..=right.min(left)).rev().take(1 << 12).find(|divisor| left.is_multiple_of(*divisor)),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn arithmetic_is_checked() {
        assert_eq!(apply(64, '*', 4).ok(), Some(256));
        assert_eq!(apply(64, '/', 4).ok(), Some(16));
        assert!(apply(18, '/', 4).is_err_and(|problem| problem.fact == "18 is not divisible by 4: the remainder is 2"));
        assert!(apply(1, '/', 0).is_err_and(|problem| problem.fact == "division by 0"));
        assert!(apply(3, '-', 5).is_err_and(|problem| problem.fact == "3 - 5 is less than 0"));
        assert!(apply(u64::MAX, '+', 1).is_err());
        assert!(apply(u64::MAX, '*', 2).is_err());
    }
}
