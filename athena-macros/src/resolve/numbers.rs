//! Resolves names in values: parameters, and the words that an argument takes.

use super::scope::Scope;
use crate::ast::{Block, Expr, ExprKind, Name};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words::{self, Kind, ROUND, foreign, suggest};

impl Scope<'_> {
    /// Resolves the names of a value anywhere in the body.
    pub fn value_expression(&mut self, expr: &Expr, kind: Option<Kind>) {
        let params = self.used_params.len();
        self.expression(expr, kind, params);
    }

    /// Resolves the names of a default, where only the first `params` parameters are known.
    pub fn expression(&mut self, expr: &Expr, kind: Option<Kind>, params: usize) {
        const WHOLE: Kind = Kind::Count { min: 0, max: u64::MAX };
        match &expr.kind {
            ExprKind::Name(name) => self.expression_name(name, kind, params),
            ExprKind::Arithmetic(first, rest) => {
                if let (Some(Kind::Pair { .. }), Some(size)) = (kind, size_as_product(first, rest)) {
                    self.resolved.mark(expr.loc);
                    let error =
                        Error::new(expr.loc, format!("a size is written with `x`: `{}` is a product", expr.text));
                    self.errors.push(error.help(format!("write `{size}`")));
                }
                self.expression(first, Some(WHOLE), params);
                rest.iter().for_each(|(_, _, operand)| self.expression(operand, Some(WHOLE), params));
            }
            ExprKind::Negative(inner) | ExprKind::Paren(inner) => self.expression(inner, kind, params),
            ExprKind::Wrong(error) => self.errors.push(error.as_ref().clone()),
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Dims(_) | ExprKind::Bool(_) | ExprKind::Broken => {}
        }
    }

    fn expression_name(&mut self, name: &Name, kind: Option<Kind>, params: usize) {
        let text = name.text.as_str();
        if let Some(index) = self.param(text) {
            self.used_params[index] = true;
            if index >= params {
                self.resolved.mark(name.loc);
                let error = Error::new(name.loc, format!("`{text}` is not known yet"))
                    .note(format!("a default may use the parameters before it: put `{text}` first"));
                self.errors.push(error.help("write a number, such as `16`"));
            }
            return;
        }
        if text == ROUND && self.repeats > 0 {
            return;
        }
        let own_words = kind.map_or(&[][..], Kind::words);
        let passes = match kind {
            Some(_) => own_words.contains(&text),
            None => words::value_words().any(|word| word == text),
        };
        if passes {
            return;
        }
        self.resolved.mark(name.loc);
        self.touch(text);
        // If the parameters of a block are malformed, this one may be among them.
        let is_named = |block: &Block| self.resolved.absent.contains(&format!("{}.{text}", block.name.text));
        let is_lost =
            self.lost_name || self.block.is_some_and(is_named) || self.block.is_some_and(|block| !block.is_sound);
        if self.errors.is_full() {
            return;
        }
        if (!is_lost && (self.is_first(text) || self.is_misspelt_number(text))) || self.is_value(text) {
            let error = self.no_number(name, kind);
            self.errors.push(error);
        }
    }

    /// Whether a similar parameter is used elsewhere. Then this use is misspelt, and not the declaration.
    fn is_misspelt_number(&self, text: &str) -> bool {
        let params = self.block.iter().flat_map(|block| &block.params).zip(&self.used_params);
        let used = params.filter(|(_, used)| **used).map(|(param, _)| param.name.text.as_str());
        self.errors.may_compare(self.used_params.len()) && suggest::nearest(text, used).is_some()
    }

    fn no_number(&self, name: &Name, kind: Option<Kind>) -> Error {
        let text = name.text.as_str();
        let is_count = matches!(kind, None | Some(Kind::Count { .. }));
        let classes = self.classes().filter(|_| is_count && text.to_lowercase().contains("class"));
        let sample = classes.map_or(kind.map_or("16", Kind::sample).to_string(), |classes| classes.to_string());
        if self.is_value(text) {
            let expected = kind.map_or("a number".into(), Kind::expected);
            return Error::new(name.loc, format!("`{text}` is a map, not {expected}"))
                .note("the sizes of the input are inferred")
                .help(format!("write the value itself, such as `{sample}`"));
        }
        let is_switch = matches!(kind, Some(Kind::Switch | Kind::AutoSwitch));
        let own_words = kind.map_or(&[][..], Kind::words);
        let any_words: Vec<&str> = words::value_words().chain(["true", "false"]).collect();
        let mut candidates: Vec<&str> = own_words.to_vec();
        candidates.extend(is_switch.then_some(["true", "false"]).into_iter().flatten());
        let error = match kind {
            Some(kind) if !candidates.is_empty() => {
                Error::new(name.loc, format!("expected {}, found `{text}`", kind.expected()))
            }
            None => Error::new(name.loc, format!("cannot find a value `{text}` here")),
            Some(_) => Error::new(name.loc, format!("cannot find a number `{text}` here")),
        };
        if is_switch && foreign::is_nothing(text) {
            return error.help("did you mean `false`?");
        }
        if let Some(own) = foreign_value(text, &candidates) {
            return error.help(format!("did you mean `{own}`?"));
        }
        let is_word = !candidates.is_empty();
        candidates.extend(self.block.iter().flat_map(|block| &block.params).map(|param| param.name.text.as_str()));
        if kind.is_none() {
            // An argument of a block may be any value.
            candidates.extend(any_words);
        }
        if let Some(near) = suggest::nearest(text, candidates) {
            return error.help(format!("did you mean `{near}`?"));
        }
        if is_word {
            return error.help(format!("write `{sample}`"));
        }
        let error = match text == ROUND {
            true => error.note("`round` is the number of a round, in the arguments of a repeated step"),
            false => error.note_on_constants(text),
        };
        error.help(match self.block {
            Some(block) => {
                format!("write the value itself, such as `{sample}`, or make it a parameter of `{}`", block.name.text)
            }
            None => format!("write the value itself, such as `{sample}`"),
        })
    }
}

/// The help for `3*3`, which means `3x3`: no one would write a size as a product.
fn size_as_product(first: &Expr, rest: &[(char, Loc, Expr)]) -> Option<String> {
    match (&first.kind, rest) {
        (ExprKind::Int(height), [('*', _, Expr { kind: ExprKind::Int(width), .. })]) => {
            Some(format!("{height}x{width}"))
        }
        _ => None,
    }
}

/// The word among `own` that a foreign value means: `nn.ReLU()`, `Padding::Same`, `kaiming_normal`.
fn foreign_value<'w>(text: &str, own: &[&'w str]) -> Option<&'w str> {
    let path = text.split('(').next().unwrap_or(text);
    let last = path.rsplit([':', '.']).next().unwrap_or(path);
    let translated = foreign::value(last).or_else(|| foreign::word(last));
    let plain = |word: &str| word.to_ascii_lowercase().replace('_', "");
    own.iter().copied().find(|word| Some(*word) == translated || plain(word) == plain(last))
}
