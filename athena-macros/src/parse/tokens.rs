//! The tokens that the parser reads. They are numbered, `->` and `||` are one token each, and an invisible group of one token
//! is that token.

use crate::ast::Name;
use crate::errors::{Error, Errors};
use crate::loc::Loc;
use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use std::collections::HashMap;

/// The deepest nesting of brackets. No network needs as much, and no stack overflows.
pub const MOST_NESTING: usize = 64;

/// The largest number of tokens of a program; each bracket counts. It is 20 times DenseNet-201 without blocks, and more than
/// [`MOST_STEPS`](crate::lower::MOST_STEPS) steps need. The time of the front end is proportional to the number of tokens.
pub const MOST_TOKENS: usize = 100_000;
/// The longest name, in bytes. The paths of parameters are made of names.
pub const MOST_LETTERS: usize = 256;
/// The longest quotation in a message, in bytes. The rest is cut off.
const MOST_QUOTED: usize = 20_000;

/// One token, or a bracketed group of them.
#[derive(Clone, Debug)]
pub struct Token {
    /// Which.
    pub kind: Kind,
    /// Its place. A group's place includes its brackets.
    pub loc: Loc,
}

/// Kinds of tokens.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A word.
    Ident(Ident),
    /// `->`, `||` or a single character.
    Op(String),
    /// A number, string or character.
    Literal(String),
    /// A group. One with [`Delimiter::None`] is a `macro_rules!` fragment of several tokens.
    Group { delimiter: Delimiter, tokens: Vec<Token>, close: Loc, original: Group },
}

/// Numbers the tokens of an invocation.
pub fn read(stream: TokenStream, errors: &mut Errors) -> Vec<Token> {
    let mut reader = Reader { ordinal: 0, errors, heads: false };
    reader.stream(stream, 0)
}

/// The items of an invocation with empty braces, for the signatures of a program that cannot be read.
pub fn heads(stream: TokenStream) -> Vec<Token> {
    let mut reader = Reader { ordinal: 0, errors: &mut Errors::default(), heads: true };
    reader.stream(stream, 0)
}

/// The words of an invocation outside its attributes, with the number of times that each occurs.
pub fn names(stream: TokenStream) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    let mut open = vec![stream];
    while let Some(stream) = open.pop() {
        let mut is_attribute = false;
        for tree in stream {
            let is_hash = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '#');
            match tree {
                TokenTree::Ident(ident) => *names.entry(ident.to_string()).or_default() += 1,
                TokenTree::Group(group) if !is_attribute => open.push(group.stream()),
                _ => {}
            }
            is_attribute = is_hash;
        }
    }
    names
}

struct Reader<'e> {
    ordinal: u32,
    errors: &'e mut Errors,
    /// Braces are read as if they were empty.
    heads: bool,
}

impl Reader<'_> {
    fn stream(&mut self, stream: TokenStream, depth: usize) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut trees = stream.into_iter().peekable();
        while let Some(tree) = trees.next() {
            let loc = self.number(tree.span());
            if self.ordinal as usize > MOST_TOKENS {
                self.too_long(loc);
                break;
            }
            match tree {
                TokenTree::Ident(ident) if ident.to_string().len() > MOST_LETTERS => self.long_name(loc),
                TokenTree::Ident(ident) => tokens.push(Token { kind: Kind::Ident(ident), loc }),
                TokenTree::Literal(literal) => tokens.push(Token { kind: Kind::Literal(literal.to_string()), loc }),
                TokenTree::Group(group) => self.group(group, loc, depth, &mut tokens),
                TokenTree::Punct(punct) => {
                    let pair = match (punct.as_char(), trees.peek()) {
                        ('-', Some(TokenTree::Punct(next))) if next.as_char() == '>' => Some("->"),
                        ('|', Some(TokenTree::Punct(next))) if next.as_char() == '|' => Some("||"),
                        _ => None,
                    };
                    match pair.filter(|_| punct.spacing() == Spacing::Joint) {
                        Some(op) => {
                            let second = trees.next().map_or(loc.start, |tree| tree.span());
                            let loc = loc.to(self.number(second));
                            tokens.push(Token { kind: Kind::Op(op.into()), loc });
                        }
                        None => tokens.push(Token { kind: Kind::Op(punct.as_char().into()), loc }),
                    }
                }
            }
        }
        tokens
    }

    fn too_long(&mut self, at: Loc) {
        if !self.errors.is_hopeless() {
            let error = Error::new(at, format!("a `resnet!` of more than {MOST_TOKENS} tokens"));
            let error = error.note("`3 * basic(16)` repeats a step, and a `block` is written once");
            self.errors.push(error.help("put each network into a `resnet!` of its own"));
            self.errors.give_up();
        }
    }

    fn long_name(&mut self, at: Loc) {
        if !self.errors.is_hopeless() {
            let error = Error::new(at, format!("a name of more than {MOST_LETTERS} letters"));
            self.errors.push(error.help("choose a shorter name"));
            self.errors.give_up();
        }
    }

    fn group(&mut self, group: Group, open: Loc, depth: usize, tokens: &mut Vec<Token>) {
        let visible = group.delimiter() != Delimiter::None;
        let open = if visible { Loc { start: group.span_open(), end: group.span_open(), ..open } } else { open };
        let inner = if self.heads && group.delimiter() == Delimiter::Brace {
            Vec::new()
        } else if depth < MOST_NESTING {
            self.stream(group.stream(), depth + 1)
        } else {
            let fact = format!("brackets nested more than {MOST_NESTING} deep");
            self.errors
                .push(Error::new(open, fact).help("give the inner part a name with `let`, or make it a `block`"));
            Vec::new()
        };
        let close = self.number(if visible { group.span_close() } else { group.span() });
        if !visible && inner.len() < 2 {
            tokens.extend(inner);
            return;
        }
        let loc = match (visible, inner.first(), inner.last()) {
            (false, Some(first), Some(last)) => first.loc.to(last.loc),
            _ => open.to(close),
        };
        let kind = Kind::Group { delimiter: group.delimiter(), tokens: inner, close, original: group };
        tokens.push(Token { kind, loc });
    }

    fn number(&mut self, span: proc_macro2::Span) -> Loc {
        let loc = Loc::token(span, self.ordinal);
        self.ordinal = self.ordinal.saturating_add(1);
        loc
    }
}

/// Replaces every invisible group of this level by its tokens.
pub fn open_invisible(tokens: Vec<Token>) -> Vec<Token> {
    let mut flat = Vec::with_capacity(tokens.len());
    for token in tokens {
        match token.kind {
            Kind::Group { delimiter: Delimiter::None, tokens, .. } => flat.extend(open_invisible(tokens)),
            _ => flat.push(token),
        }
    }
    flat
}

impl Token {
    /// What its brackets hold.
    pub fn inner(&self) -> &[Token] {
        match &self.kind {
            Kind::Group { tokens, .. } => tokens,
            _ => &[],
        }
    }

    /// The word, if it is one.
    pub fn name(&self) -> Option<Name> {
        let Kind::Ident(ident) = &self.kind else { return None };
        let text = ident.to_string();
        let text = text.strip_prefix("r#").unwrap_or(&text).to_string();
        Some(Name { text, ident: ident.clone(), loc: self.loc })
    }

    /// The source text, with usual spaces.
    pub fn text(&self) -> String {
        text(std::slice::from_ref(self))
    }

    /// Whether it is this operator.
    pub fn is(&self, op: &str) -> bool {
        matches!(&self.kind, Kind::Op(text) if text == op)
    }

    /// Whether it is a group in these brackets.
    pub fn is_group(&self, wanted: Delimiter) -> bool {
        matches!(&self.kind, Kind::Group { delimiter, .. } if *delimiter == wanted)
    }

    /// The tokens in its parentheses.
    pub fn in_parentheses(&self) -> Option<&[Token]> {
        self.is_group(Delimiter::Parenthesis).then(|| self.inner())
    }

    /// Whether it is one of these operators.
    pub fn is_any(&self, ops: &[&str]) -> bool {
        ops.iter().any(|op| self.is(op))
    }

    /// Whether it is this very word; `r#let` is not `let`.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(&self.kind, Kind::Ident(ident) if *ident == word)
    }

    /// Whether it is a word.
    pub fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Ident(_))
    }

    /// Whether it is a number, string or character.
    pub fn is_literal(&self) -> bool {
        matches!(self.kind, Kind::Literal(_))
    }

    /// Whether an item starts with it.
    pub fn starts_item(&self) -> bool {
        ["struct", "block", "pub"].iter().any(|word| self.is_word(word)) || self.is("#")
    }

    /// The token for the output.
    pub fn trees(&self) -> TokenStream {
        match &self.kind {
            Kind::Ident(ident) => TokenTree::from(ident.clone()).into(),
            Kind::Group { original, .. } => TokenTree::from(original.clone()).into(),
            Kind::Op(text) | Kind::Literal(text) => {
                let stream: TokenStream = text.parse().unwrap_or_default();
                stream.into_iter().map(|mut tree| (tree.set_span(self.loc.start), tree).1).collect()
            }
        }
    }
}

/// Whether two tokens are one sign of another language, such as `==`, `=>`, `<=` or `!=`: it is quoted without a space.
fn is_one_sign(first: &Token, second: &Token) -> bool {
    let starts = ["=", "!", "<", ">", "."].iter().any(|sign| first.is(sign));
    starts && (second.is("=") || second.is(">"))
}

/// The texts of the parts between commas or other signs. Empty parts are left out.
pub fn parts(tokens: &[Token], signs: &[&str]) -> Vec<String> {
    tokens.split(|token| token.is_any(signs)).filter(|part| !part.is_empty()).map(text).collect()
}

/// The place from the first token to the last, or `none` if there are no tokens.
pub fn loc_of(tokens: &[Token], none: Loc) -> Loc {
    tokens.first().zip(tokens.last()).map_or(none, |(first, last)| first.loc.to(last.loc))
}

/// The text of several steps as one step: `relu`, `[conv(16, 3x3), relu]`.
pub fn as_step(steps: &[String]) -> String {
    match steps {
        [step] => step.clone(),
        steps => format!("[{}]", steps.join(", ")),
    }
}

/// The source text of tokens, with usual spaces. It is cut after [`MOST_QUOTED`] bytes.
pub fn text(tokens: &[Token]) -> String {
    let mut out = String::new();
    let mut glue = true;
    let mut after_operand = false;
    let mut before: Option<&Token> = None;
    for token in tokens {
        let (piece, tight_before, tight_after, operand) = match &token.kind {
            Kind::Ident(ident) => (ident.to_string(), false, false, true),
            Kind::Literal(literal) => (literal.clone(), false, false, true),
            Kind::Op(op) => match op.as_str() {
                "," | ";" | ":" => (op.clone(), true, false, false),
                "." => (op.clone(), true, true, false),
                "#" => (op.clone(), false, true, false),
                "!" => (op.clone(), after_operand, true, false),
                "-" => (op.clone(), false, !after_operand, false),
                _ => (op.clone(), false, false, false),
            },
            Kind::Group { delimiter, tokens, .. } => {
                let inner = text(tokens);
                match delimiter {
                    Delimiter::Parenthesis => (format!("({inner})"), after_operand, false, true),
                    Delimiter::Bracket => (format!("[{inner}]"), false, false, true),
                    Delimiter::Brace => (format!("{{ {inner} }}"), false, false, true),
                    Delimiter::None => (inner, false, false, true),
                }
            }
        };
        let is_path = before.is_some_and(|before| before.is(":") && token.is(":"));
        if !glue && !tight_before && !before.is_some_and(|before| is_one_sign(before, token)) {
            out.push(' ');
        }
        out.push_str(&piece);
        if out.len() > MOST_QUOTED {
            let end = (0..=MOST_QUOTED).rev().find(|end| out.is_char_boundary(*end)).unwrap_or_default();
            out.truncate(end);
            out.push_str(" ...");
            return out;
        }
        glue = tight_after || is_path;
        after_operand = operand;
        before = Some(token);
    }
    out
}
