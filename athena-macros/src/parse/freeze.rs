//! `#[freeze(conv1, layer*)]`: the layers whose parameters are not trained.

use super::Parser;
use super::cursor::Cursor;
use super::tokens::{Kind, Token, text};
use crate::ast::{Freeze, Pattern};
use crate::errors::Error;
use crate::loc::Loc;
use crate::words::suggest;
use proc_macro2::Delimiter;

/// The largest number of paths in a `freeze`. Each is compared with every layer.
const MOST_PATTERNS: usize = 100;
const HELP: &str =
    "remove it, or write the paths of layers, such as `#[freeze(conv1, layer*)]`, or `#[freeze(not(fc))]`";

impl Parser<'_> {
    /// The paths in the brackets of the attribute at `at`.
    pub(super) fn freeze(&mut self, attribute: &[Token], at: Loc) -> Vec<Freeze> {
        match attribute {
            [_, Token { kind: Kind::Group { delimiter: Delimiter::Parenthesis, tokens, close, .. }, .. }]
                if !tokens.is_empty() =>
            {
                self.frozen(tokens, *close, at)
            }
            _ => {
                self.errors.push(Error::new(at, "`freeze` lacks the layers that are not to learn").help(HELP));
                Vec::new()
            }
        }
    }

    fn frozen(&mut self, tokens: &[Token], close: Loc, at: Loc) -> Vec<Freeze> {
        let mut freezes = Vec::new();
        let mut named = Freeze { not: false, patterns: Vec::new(), loc: at };
        let mut cursor = Cursor::new(tokens, close);
        let commas = |tokens: &[Token]| tokens.iter().filter(|token| token.is(",")).count();
        if commas(tokens) > MOST_PATTERNS || tokens.iter().any(|token| commas(token.inner()) > MOST_PATTERNS) {
            let help = "write `#[freeze(layer*)]`, where `*` stands for any letters and `**` for any names";
            self.report(at, format!("`freeze` with more than {MOST_PATTERNS} paths"), help);
            return Vec::new();
        }
        while self.goes_on(&mut cursor)
            && let Some(token) = cursor.peek()
        {
            let inner = match cursor.peek_at(1).map(|next| &next.kind) {
                Some(Kind::Group { delimiter: Delimiter::Parenthesis, tokens, close, .. }) if token.is_word("not") => {
                    Some((tokens, *close))
                }
                _ => None,
            };
            if let Some((inner, close)) = inner {
                cursor.take();
                cursor.take();
                let mut others = Cursor::new(inner, close);
                let mut patterns = Vec::new();
                while self.goes_on(&mut others) {
                    patterns.extend(self.pattern(&mut others));
                    others.eat(",");
                }
                freezes.push(Freeze { not: true, patterns, loc: at });
            } else {
                named.patterns.extend(self.pattern(&mut cursor));
            }
            cursor.eat(",");
        }
        freezes.push(named);
        freezes.retain(|freeze| !freeze.patterns.is_empty());
        freezes
    }

    /// One path: all tokens up to a comma, joined.
    fn pattern(&mut self, cursor: &mut Cursor) -> Option<Pattern> {
        let mark = cursor.mark();
        cursor.skip_to(&[","]);
        let (loc, written) = cursor.span_since(mark);
        let pattern: String = cursor.since(mark).iter().map(piece).collect();
        if !pattern.is_empty() && pattern.chars().all(is_path) {
            return Some(Pattern { text: pattern, loc });
        }
        let fact = if written.is_empty() {
            "expected the path of a layer".into()
        } else {
            format!("`{written}` is not the path of a layer")
        };
        self.errors.push(Error::new(loc, fact).help(likely_paths(&written)));
        None
    }
}

/// The help for tokens that are not a path, such as `conv1 + bn1`, `layer1::conv1`, `layer1[0]` or `no(fc)`.
fn likely_paths(written: &str) -> String {
    let (word, rest) = written.split_once('(').unwrap_or((written, ""));
    let is_not = suggest::nearest(word, ["not"]).is_some() || ["except", "all_but", "unless"].contains(&word);
    if !rest.is_empty() && is_not {
        return format!("write `not({rest}`");
    }
    if let Some(others) = written.strip_prefix('!').map(str::trim).filter(|others| others.chars().all(is_path)) {
        return format!("write `not({others})`");
    }
    let dotted = written.replace("::", ".").replace(['[', '/'], ".").replace([']', ' '], "").replace("..", ".");
    if dotted.chars().all(is_path) && dotted.starts_with(char::is_alphabetic) {
        return format!("write `{dotted}`: a path has dots");
    }
    let paths: Vec<&str> = written.split(|letter| !is_path(letter)).filter(|path| !path.is_empty()).collect();
    match paths.is_empty() {
        true => "remove it, or write the path of a layer".to_string(),
        false => format!("write `{}`", paths.join(", ")),
    }
}

/// Whether a path may contain this character.
fn is_path(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '.' | '*')
}

/// The text that a token adds to a path.
fn piece(token: &Token) -> String {
    match (&token.kind, token.name()) {
        (_, Some(name)) => name.text,
        (Kind::Literal(literal), _) => literal.trim_matches('"').to_string(),
        _ => text(std::slice::from_ref(token)),
    }
}
