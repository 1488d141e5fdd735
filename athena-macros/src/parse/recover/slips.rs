//! Steps in which a sign, a bracket or a word slipped, and what is plainly meant: `stem; relu`, `conv 16, 3x3`, `basic() 16`.

use crate::ast::{Call, Expr, Name, Stage, Step};
use crate::errors::Error;
use crate::parse::Parser;
use crate::parse::cursor::Cursor;
use crate::parse::tokens::{Kind, Token, as_step, text};
use crate::words::{self, foreign};
use proc_macro2::Delimiter;

/// What Rust's own paths start with.
const PATH_STARTS: [&str; 3] = ["crate", "self", "super"];

impl Parser<'_> {
    /// `stem: `, or something else where its sign should be.
    pub(in crate::parse) fn label(&mut self, cursor: &mut Cursor) -> Option<Name> {
        let name = cursor.peek()?.name()?;
        let sign = cursor.peek_at(1)?;
        if self.starts_step(cursor, 1) && self.could_be_label(&name.text) {
            let error = Error::new(name.loc, "a label is followed by `:`");
            self.errors.push(error.help("put `:` behind it"));
            cursor.take();
            return Some(name);
        }
        let arrow_or_path = cursor.is_any_at(2, &[">", ":"]);
        let slipped = [";", "."].iter().any(|slip| sign.is(slip))
            && self.starts_step(cursor, 2)
            && !foreign::is_library(&name.text)
            && self.could_be_label(&name.text);
        let is_end = self.other_end_at(cursor, 1) && !self.could_be_label(&name.text);
        if !(sign.is(":") || sign.is("=") || slipped) || arrow_or_path || is_end {
            return None;
        }
        cursor.take();
        cursor.take();
        if !sign.is(":") {
            self.errors.push_local(Error::new(sign.loc, "a label is followed by `:`").help("write `:`"));
        }
        Some(name)
    }

    /// A word that is no step, and not nearly one.
    fn could_be_label(&self, word: &str) -> bool {
        let known = words::all().map(|word| word.name).chain(self.blocks.iter().map(String::as_str));
        words::suggest::nearest(word, known).is_none() && word != "input" && !words::is_keyword(word)
    }

    /// A step's word, a list of steps or `3 *`, so many tokens further on.
    fn starts_step(&self, cursor: &Cursor, ahead: usize) -> bool {
        let is_list = |token: &Token| match &token.kind {
            Kind::Group { delimiter: Delimiter::Bracket, tokens, .. } => {
                tokens.first().is_some_and(|first| first.name().is_some())
            }
            _ => false,
        };
        cursor.peek_at(ahead).is_some_and(|token| self.is_step_word(token) || is_list(token))
            || self.starts_repeat(cursor, ahead)
    }

    /// `3 *` or `(1 + 2) *`, so many tokens further on.
    pub(in crate::parse) fn starts_repeat(&self, cursor: &Cursor, ahead: usize) -> bool {
        let is_count = |token: &Token| matches!(token.kind, Kind::Literal(_)) || token.is_group(Delimiter::Parenthesis);
        cursor.peek_at(ahead).is_some_and(is_count) && cursor.peek_at(ahead + 1).is_some_and(|sign| sign.is("*"))
    }

    /// `stem conv: (16, 3x3)`, `crate -> Mish`: read to the end, and reported.
    pub(in crate::parse) fn slipped_stage(&mut self, cursor: &mut Cursor) -> Option<Stage> {
        let mark = cursor.mark();
        let first = cursor.peek()?.name()?;
        let (second, third) = (cursor.peek_at(1)?, cursor.peek_at(2)?);
        let (label, error) = if self.is_step_word(second) && third.is(":") && self.could_be_label(&first.text) {
            let (name, word) = (&first.text, second.text());
            let error = Error::new(third.loc, "`:` stands between the label and the step");
            (Some(first.clone()), error.help(format!("write `{name}: {word}` instead of `{name} {word}:`")))
        } else if PATH_STARTS.contains(&first.text.as_str())
            && (second.is("->") || second.is(":") || second.is(".") && first.text != "self")
            && third.name().is_some_and(|name| name.text.starts_with(char::is_uppercase))
        {
            (None, Error::new(second.loc, "the parts of a path are joined by `::`").help("write `::`"))
        } else {
            return None;
        };
        self.errors.push(error);
        for _ in 0..3 {
            cursor.take();
        }
        cursor.skip_to(&["->", ",", ";"]);
        let (loc, text) = cursor.span_since(mark);
        Some(Stage { label, repeat: None, step: Step::Broken, loc, text })
    }

    /// `: relu`: a label without its name, which may be used elsewhere.
    pub(in crate::parse) fn nameless_label(&mut self, cursor: &mut Cursor) {
        let Some(sign) = cursor.peek().filter(|sign| sign.is(":")) else { return };
        if cursor.peek_at(1).is_some_and(|next| next.is(":")) {
            return;
        }
        cursor.take();
        self.lost_name = true;
        self.errors.push(Error::new(sign.loc, "a label's name is missing before `:`").help("remove it"));
    }

    /// `3 x basic(16)` and `{1 + 1} * basic(16)`, before the step.
    pub(in crate::parse) fn slipped_repeat(&mut self, cursor: &mut Cursor) -> Option<Expr> {
        let (count, sign) = (cursor.peek()?, cursor.peek_at(1)?);
        let is_times = sign.name().is_some_and(|name| ["x", "X", "times"].contains(&name.text.as_str()));
        match &count.kind {
            Kind::Literal(_) if is_times && self.starts_step(cursor, 2) => {
                self.errors.push_local(Error::new(sign.loc, "a step is repeated with `*`").help("write `*`"));
            }
            Kind::Group { delimiter: Delimiter::Brace | Delimiter::Bracket, tokens, .. }
                if sign.is("*") && self.starts_step(cursor, 2) =>
            {
                let error = Error::new(count.loc, "a number of rounds that is computed stands in parentheses");
                self.errors.push_local(error.help(format!("write `({})`", text(tokens))));
            }
            _ => return None,
        }
        cursor.take();
        cursor.take();
        Some(Expr::broken(count.loc, count.text()))
    }

    /// `(16, 3x3)` where a step should be. Says whether these are arguments.
    pub(in crate::parse) fn wordless_arguments(&mut self, cursor: &Cursor, group: &Token) -> bool {
        let Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. } = &group.kind else { return false };
        let is_number = tokens.first().is_some_and(|first| matches!(first.kind, Kind::Literal(_)));
        let counts = tokens.get(1).is_some_and(|sign| sign.is("*"));
        if !is_number || counts || tokens.iter().any(|token| token.is("->")) {
            return false;
        }
        let is_last = cursor.peek().is_none_or(|next| next.is(";"));
        let word = match &tokens[..] {
            [Token { kind: Kind::Literal(number), .. }] if number.contains('.') => "dropout",
            [_] if is_last => "linear",
            _ => "conv",
        };
        let error = Error::new(group.loc, "these arguments have no layer or block before them");
        self.errors.push(error.help(format!("put `{word}` before it, or another word")));
        true
    }

    /// `basic() 16`, `pad(1,) reflect`
    pub(in crate::parse) fn arguments_behind(&mut self, call: &Call, group: &Token, cursor: &mut Cursor) -> bool {
        let Some(argument) = cursor.peek() else { return false };
        let ends = cursor.peek_at(1).is_none_or(|next| ["->", ";", ","].iter().any(|sign| next.is(sign)));
        let Kind::Group { tokens, .. } = &group.kind else { return false };
        let (is_open, is_empty) = (tokens.last().is_some_and(|last| last.is(",")), tokens.is_empty());
        let is_argument = match &argument.kind {
            Kind::Literal(_) => !self.starts_repeat(cursor, 0),
            Kind::Ident(_) => (is_open || is_empty) && ends && !self.is_step_word(argument),
            _ => false,
        };
        if !is_argument {
            return false;
        }
        cursor.take();
        let (word, written) = (&call.word.text, argument.text());
        let inner = text(tokens).trim_end_matches(',').to_string();
        let args = if inner.is_empty() { written.clone() } else { format!("{inner}, {written}") };
        let error = Error::new(argument.loc, format!("the arguments of `{word}` stand in its parentheses"));
        self.errors.push(error.help(format!("write `{word}({args})` instead of `{} {written}`", call.text)));
        true
    }

    /// `conv 16, 3x3`. Says whether arguments without parentheses stood there.
    pub(in crate::parse) fn bare_arguments(&mut self, call: &Call, cursor: &mut Cursor) -> bool {
        let Some(first) = cursor.peek().filter(|_| self.is_step_word_text(&call.word.text)) else { return false };
        let joins = |sign: &Token| [",", "/", "="].iter().any(|join| sign.is(join));
        let starts = match &first.kind {
            Kind::Literal(_) => !self.starts_repeat(cursor, 0),
            Kind::Ident(_) => !self.is_step_word(first) && cursor.peek_at(1).is_some_and(joins),
            _ => false,
        };
        if !starts {
            return false;
        }
        let mark = cursor.mark();
        while cursor.peek().is_some_and(|token| !token.is("->") && !token.is(";")) {
            if cursor.is(",") && (cursor.peek_at(1).is_none() || self.starts_step(cursor, 1)) {
                break;
            }
            cursor.take();
        }
        let (loc, mut written) = cursor.span_since(mark);
        if let [first, Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. }, .. }] =
            cursor.since(mark)
        {
            // `conv 16(, 3x3)`
            written = format!("{}, {}", first.text(), text(tokens).trim_start_matches([',', ' ']));
        }
        let error = Error::new(loc, format!("the arguments of `{}` stand in parentheses", call.word.text));
        self.errors.push(error.help(format!("write `({written})`")));
        true
    }

    /// `conv -> (16, 3x3)`: takes the arrow.
    pub(in crate::parse) fn arrow_before_arguments(&mut self, word: &str, cursor: &mut Cursor) -> bool {
        let takes_arguments = self.blocks.contains(word) || words::find(word).is_some_and(|word| !word.args.is_empty());
        let Some(arrow) = cursor.peek().filter(|arrow| arrow.is("->") && takes_arguments) else { return false };
        let Some(Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, .. }, .. }) = cursor.peek_at(1)
        else {
            return false;
        };
        let goes_on = |next: &Token| [",", "=", "*", "/", "+", "-"].iter().any(|sign| next.is(sign));
        let holds_arguments = tokens.first().is_some_and(|first| match first.kind {
            Kind::Literal(_) => !tokens.get(1).is_some_and(|next| next.is("*")),
            _ => tokens.get(1).is_none_or(goes_on),
        });
        if !holds_arguments || tokens.iter().any(|token| token.is("->")) {
            return false;
        }
        self.errors.push(Error::new(arrow.loc, "arguments stand directly behind their word").help("remove it"));
        cursor.take();
        true
    }

    /// `3 * stem: relu`, where `stem: 3 * relu` is meant.
    pub(in crate::parse) fn late_label(&mut self, cursor: &Cursor, mark: usize, late: &Name) {
        let before = text(&cursor.since(mark)[..cursor.mark() - mark - 2]);
        let mut ahead = cursor.clone();
        let start = ahead.mark();
        ahead.skip_to(&["->", ",", ";"]);
        let step = text(ahead.since(start));
        let name = &late.text;
        let error = Error::new(late.loc, "a label stands before everything else of its step");
        self.errors.push(error.help(format!("write `{name}: {before} {step}` instead of `{before} {name}: {step}`")));
    }

    /// `layer1.0: `, `my-label: `, `"stem": `, `1: `, where a label is a single word.
    pub(in crate::parse) fn odd_label(&mut self, cursor: &mut Cursor) {
        let is_part =
            |token: &&Token| matches!(token.kind, Kind::Ident(_) | Kind::Literal(_)) || token.is(".") || token.is("-");
        let ahead = |place: usize| cursor.peek_at(place);
        let length = (0..8).take_while(|place| ahead(*place).as_ref().is_some_and(is_part)).count();
        let ends =
            ahead(length).is_some_and(|sign| sign.is(":")) && !ahead(length + 1).is_some_and(|next| next.is(":"));
        let is_word = length == 1 && ahead(0).is_some_and(|token| token.name().is_some());
        if length == 0 || !ends || is_word {
            return;
        }
        let mark = cursor.mark();
        for _ in 0..length {
            cursor.take();
        }
        let (loc, written) = cursor.span_since(mark);
        cursor.take();
        let words = written.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let mut label = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_");
        if !label.starts_with(char::is_alphabetic) {
            label = format!("step{label}");
        }
        self.errors.push(Error::new(loc, "a label is a single word without quotes").help(format!("write `{label}`")));
    }

    /// `(depth - 2) / 6 * basic(16)`, where the number of rounds needs parentheses.
    pub(in crate::parse) fn bare_arithmetic(&mut self, cursor: &mut Cursor) -> Option<Expr> {
        let mut ahead = cursor.clone();
        let mark = ahead.mark();
        ahead.skip_to(&["->", ",", ";"]);
        let tokens = ahead.since(mark);
        let is_operand = |token: &Token| {
            matches!(token.kind, Kind::Literal(_) | Kind::Ident(_)) && !self.is_step_word(token)
                || token.is_group(Delimiter::Parenthesis)
        };
        let is_sign = |token: &Token| ["+", "-", "*", "/"].iter().any(|sign| token.is(sign));
        let alternates = |(at, token): (usize, &Token)| if at % 2 == 0 { is_operand(token) } else { is_sign(token) };
        let length = tokens.iter().enumerate().take_while(|place| alternates(*place)).count();
        // The last sign is the `*` of the repeat, behind which the step stands.
        let last =
            length.checked_sub(1).filter(|last| length % 2 == 0 && tokens[*last].is("*") && tokens.len() > length)?;
        let count = &tokens[..last];
        if count.len() < 3 || count.iter().skip(1).step_by(2).all(|sign| sign.is("*")) {
            return None;
        }
        let loc = count[0].loc.to(count[last - 1].loc);
        let written = text(count);
        let error = Error::new(loc, "a number of rounds that is computed stands in parentheses");
        self.errors.push(error.help(format!("write `({written})`")));
        while cursor.mark() < mark + length {
            cursor.take();
        }
        Some(Expr::broken(loc, written))
    }

    /// `[conv(16, 3x3); 3]`, Rust's array.
    pub(in crate::parse) fn array(&mut self, tokens: &[Token]) -> bool {
        let [steps @ .., sign, count] = tokens else { return false };
        if !sign.is(";") || !matches!(count.kind, Kind::Literal(_)) || steps.iter().any(|token| token.is(";")) {
            return false;
        }
        let parts: Vec<String> = steps.split(|token| token.is("->") || token.is(",")).map(text).collect();
        let error = Error::new(sign.loc.to(count.loc), "the number of rounds stands before the step");
        self.errors.push(error.help(format!(
            "write `{} * {}` instead of `[{}]`",
            count.text(),
            as_step(&parts),
            text(tokens)
        )));
        true
    }

    /// `(conv(16, 3x3) -> relu)` as a step.
    pub(in crate::parse) fn grouped_steps(&mut self, token: &Token) {
        let Kind::Group { delimiter, tokens, .. } = &token.kind else { return };
        let steps: Vec<String> = tokens.split(|token| token.is("->") || token.is(",")).map(text).collect();
        let brackets = if *delimiter == Delimiter::Brace { "braces" } else { "parentheses" };
        let error = Error::new(token.loc, format!("a step does not stand in {brackets}"));
        self.errors.push_local(match &steps[..] {
            [step] => error.help(format!("write `{step}`")),
            steps => error.help(format!("write a list: `{}`", as_step(steps))),
        });
    }
}
