//! Stages with a wrong sign, bracket or word, where it is clear what was meant: `stem; relu`, `conv 16, 3x3`, `basic() 16`.

use crate::ast::{Call, Expr, Name, Stage, Step};
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, loc_of, parts, text};
use crate::words::{self, foreign};
use proc_macro2::Delimiter;

/// The keywords that start a path in Rust.
const PATH_STARTS: [&str; 3] = ["crate", "self", "super"];
const COMPUTED_ROUNDS: &str = "put parentheses around a computed number of rounds";

impl Parser<'_> {
    /// `stem; relu`, `stem = relu` and `stem relu`, where `stem: relu` is meant.
    pub fn slipped_label(&mut self, name: Name, cursor: &mut Cursor) -> Option<Name> {
        let sign = cursor.peek_at(1)?;
        if self.starts_step(cursor, 1) && self.could_be_label(&name.text) {
            self.report(name.loc, "a label is followed by `:`", "put `:` behind it");
            cursor.take();
            return Some(name);
        }
        let slipped = sign.is_any(&[";", "."])
            && self.starts_step(cursor, 2)
            && !foreign::is_library(&name.text)
            && self.could_be_label(&name.text);
        if !(sign.is("=") || slipped) || cursor.is_any_at(2, &[">", ":"]) || self.ends_let_behind(&name, cursor) {
            return None;
        }
        self.report_local(sign.loc, "a label is followed by `:`", "write `:`");
        cursor.take_all(2);
        Some(name)
    }

    /// Whether the sign after a step was meant as the `;` of a `let`: `relu, input -> ...`.
    pub fn ends_let_behind(&self, word: &Name, cursor: &Cursor) -> bool {
        self.other_end_at(cursor, 1) && !self.could_be_label(&word.text)
    }

    /// Whether a word is not a step, nor similar to one.
    fn could_be_label(&self, word: &str) -> bool {
        let known = words::all().map(|word| word.name).chain(self.blocks.iter().map(String::as_str));
        words::suggest::nearest(word, known).is_none() && word != "input" && !words::is_keyword(word)
    }

    /// Whether a step's word, a list of steps or `3 *` stands `ahead` tokens further on.
    fn starts_step(&self, cursor: &Cursor, ahead: usize) -> bool {
        let is_list =
            |token: &Token| token.is_group(Delimiter::Bracket) && token.inner().first().is_some_and(Token::is_name);
        cursor.peek_at(ahead).is_some_and(|token| self.is_step_word(token) || is_list(token))
            || starts_repeat(cursor, ahead)
    }

    /// `stem conv: (16, 3x3)`, `crate -> Mish`. The whole stage is skipped.
    pub fn slipped_stage(&mut self, cursor: &mut Cursor) -> Option<Stage> {
        let mark = cursor.mark();
        let [first, second, third, ..] = cursor.rest() else { return None };
        let name = first.name()?;
        let is_own = PATH_STARTS.contains(&name.text.as_str())
            && (second.is_any(&["->", ":"]) || second.is(".") && name.text != "self")
            && third.name().is_some_and(|name| name.text.starts_with(char::is_uppercase));
        let is_labelled = || third.is(":") && self.is_step_word(second) && self.could_be_label(&name.text);
        if !is_own && !is_labelled() {
            return None;
        }
        if is_own {
            self.report(second.loc, "the parts of a path are joined by `::`", "write `::`");
        } else {
            let help = format!("write `{0}: {1}` instead of `{0} {1}:`", name.text, second.text());
            self.report(third.loc, "`:` stands between the label and the step", help);
        }
        cursor.take_all(3);
        cursor.skip_to(&["->", ",", ";"]);
        let (loc, text) = cursor.span_since(mark);
        let label = (!is_own).then_some(name);
        Some(Stage { label, numbers: None, repeat: None, step: Step::Broken, loc, text })
    }

    /// `3 x basic(16)`, `{1 + 1} * basic(16)`, `depth - 2 * basic(16)` and `3 basic(16)`, up to the step.
    pub fn slipped_repeat(&mut self, cursor: &mut Cursor) -> Option<Expr> {
        let (count, sign) = (cursor.peek()?, cursor.peek_at(1)?);
        let is_times = sign.name().is_some_and(|name| ["x", "X", "times"].contains(&name.text.as_str()));
        let in_brackets = count.is_group(Delimiter::Brace) || count.is_group(Delimiter::Bracket);
        if count.is_literal() && is_times && self.starts_step(cursor, 2) {
            self.report_local(sign.loc, "a step is repeated with `*`", "write `*`");
            cursor.take_all(2);
        } else if in_brackets && sign.is("*") && self.starts_step(cursor, 2) {
            self.report_local(count.loc, COMPUTED_ROUNDS, format!("write `({})`", text(count.inner())));
            cursor.take_all(2);
        } else if let Some(count) = self.bare_arithmetic(cursor) {
            return Some(count);
        } else if count.is_literal() && (!matches!(sign.kind, Kind::Op(_)) || sign.is_any(&["+", "||"])) {
            let digits: String = count.text().chars().take_while(char::is_ascii_digit).collect();
            let fact = "expected `*` between the number of rounds and the step";
            self.report(count.loc, fact, format!("write `{digits} *`"));
            cursor.take();
            return Some(Expr::broken(count.loc, digits));
        } else {
            return None;
        }
        Some(Expr::broken(count.loc, count.text()))
    }

    /// `(depth - 2) / 6 *` and `2 * 3 *`, where the number of rounds needs parentheses.
    fn bare_arithmetic(&mut self, cursor: &mut Cursor) -> Option<Expr> {
        let tokens = cursor.until(&["->", ",", ";"]);
        let is_operand = |token: &Token| {
            (token.is_literal() || token.is_name()) && !self.is_step_word(token)
                || token.is_group(Delimiter::Parenthesis)
        };
        let alternates = |(at, token): &(usize, &Token)| match at % 2 {
            0 => is_operand(token),
            _ => token.is_any(&["+", "-", "*", "/"]),
        };
        let length = tokens.iter().enumerate().take_while(alternates).count();
        // The last sign is the `*` of the repeat, behind which the step stands.
        let last = length.checked_sub(1).filter(|last| length % 2 == 0 && *last > 1 && tokens[*last].is("*"))?;
        if tokens.len() == length {
            return None;
        }
        let count = &tokens[..last];
        let (loc, written) = (loc_of(count, cursor.here()), text(count));
        self.report(loc, COMPUTED_ROUNDS, format!("write `({written})`"));
        cursor.take_all(length);
        Some(Expr::broken(loc, written))
    }

    /// `3 * stem: relu` for `stem: 3 * relu`.
    pub fn late_label(&mut self, cursor: &mut Cursor, mark: usize) -> Option<Name> {
        let before = text(cursor.since(mark));
        let late = self.label(cursor)?;
        let step = text(cursor.until(&["->", ",", ";"]));
        let help = format!("write `{0}: {before} {step}` instead of `{before} {0}: {step}`", late.text);
        self.report(late.loc, "a label stands before everything else of its step", help);
        Some(late)
    }

    /// `layer1.0: `, `my-label: `, `"stem": `, `1: ` and `: `, where a label is a single word.
    pub fn odd_label(&mut self, cursor: &mut Cursor) {
        let is_part = |token: &&Token| token.is_name() || token.is_literal() || token.is_any(&[".", "-"]);
        let parts = cursor.rest().iter().take(8).take_while(is_part).count();
        let is_word = parts == 1 && cursor.name_at(0).is_some();
        if is_word || !cursor.is_at(parts, ":") || cursor.is_at(parts + 1, ":") {
            return;
        }
        if parts == 0 {
            // The name may be used elsewhere.
            self.lost_name = true;
            self.report(cursor.here(), "a label's name is missing before `:`", "remove it");
        } else {
            let mark = cursor.mark();
            cursor.take_all(parts);
            let (loc, written) = cursor.span_since(mark);
            let words = written.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let label = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
            let step = if label.starts_with(char::is_alphabetic) { "" } else { "step" };
            self.report(loc, "a label is a single word without quotes", format!("write `{step}{label}`"));
        }
        cursor.take();
    }

    /// `basic() 16`, `pad(1,) reflect`
    pub fn arguments_behind(&mut self, call: &Call, group: &Token, cursor: &mut Cursor) -> bool {
        let Some(argument) = cursor.peek() else { return false };
        let is_open = group.inner().last().is_none_or(|last| last.is(","));
        let is_argument = match &argument.kind {
            Kind::Literal(_) => !starts_repeat(cursor, 0),
            Kind::Ident(_) => is_open && cursor.ends_at(1, &["->", ";", ","]) && !self.is_step_word(argument),
            _ => false,
        };
        if is_argument {
            cursor.take();
            let (word, written) = (&call.word.text, argument.text());
            let args = [parts(group.inner(), &[","]), vec![written.clone()]].concat().join(", ");
            let help = format!("write `{word}({args})` instead of `{} {written}`", call.text);
            self.report(argument.loc, format!("the arguments of `{word}` stand in its parentheses"), help);
        }
        is_argument
    }

    /// `conv 16, 3x3`. Returns whether there were arguments without parentheses.
    pub fn bare_arguments(&mut self, word: &str, cursor: &mut Cursor) -> bool {
        let starts = cursor.peek().is_some_and(|first| match &first.kind {
            Kind::Literal(_) => !starts_repeat(cursor, 0),
            Kind::Ident(_) => !self.is_step_word(first) && cursor.is_any_at(1, &[",", "/", "="]),
            _ => false,
        });
        if !starts || !self.is_step_word_text(word) {
            return false;
        }
        let mark = cursor.mark();
        while !cursor.ends_at(0, &["->", ";"])
            && !(cursor.is(",") && (cursor.peek_at(1).is_none() || self.starts_step(cursor, 1)))
        {
            cursor.take();
        }
        let (loc, mut written) = cursor.span_since(mark);
        if let [first, group] = cursor.since(mark)
            && let Some(inner) = group.in_parentheses()
        {
            // `conv 16(, 3x3)`
            written = format!("{}, {}", first.text(), text(inner).trim_start_matches([',', ' ']));
        }
        self.report(loc, format!("the arguments of `{word}` stand in parentheses"), format!("write `({written})`"));
        true
    }

    /// `conv -> (16, 3x3)`: takes the arrow.
    pub fn arrow_before_arguments(&mut self, word: &str, cursor: &mut Cursor) -> bool {
        let takes_arguments = self.blocks.contains(word) || words::find(word).is_some_and(|word| !word.args.is_empty());
        let inner = cursor.peek_at(1).and_then(Token::in_parentheses).filter(|_| takes_arguments && cursor.is("->"));
        let Some([first, rest @ ..]) = inner else { return false };
        let holds_arguments = match rest.first() {
            Some(next) if first.is_literal() => !next.is("*"),
            Some(next) => next.is_any(&[",", "=", "*", "/", "+", "-"]),
            None => true,
        };
        if !holds_arguments || rest.iter().any(|token| token.is("->")) {
            return false;
        }
        self.report(cursor.here(), "arguments stand directly behind their word", "remove it");
        cursor.take();
        true
    }
}

/// Whether `3 *` or `(1 + 2) *` stands `ahead` tokens further on.
pub fn starts_repeat(cursor: &Cursor, ahead: usize) -> bool {
    let is_count = |token: &Token| token.is_literal() || token.is_group(Delimiter::Parenthesis);
    cursor.peek_at(ahead).is_some_and(is_count) && cursor.is_at(ahead + 1, "*")
}
