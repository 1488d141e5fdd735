//! The syntax tree: the program as written, before names are resolved and values computed. Malformed parts are `Broken` and were reported.

use crate::errors::Error;
use crate::loc::Loc;
use proc_macro2::{Ident, TokenStream};

/// A whole invocation.
#[derive(Debug, Default)]
pub struct File {
    /// The networks, in source order.
    pub structs: Vec<Struct>,
    /// The blocks, in source order.
    pub blocks: Vec<Block>,
    /// Whether a block has no name because of an error. Then unknown steps are not reported.
    pub lost_block: bool,
}

/// A name with its place.
#[derive(Clone, Debug)]
pub struct Name {
    /// The text, without `r#`.
    pub text: String,
    /// The user's token.
    pub ident: Ident,
    /// Its place.
    pub loc: Loc,
}

/// `pub struct Net(3x32x32) -> 10 { ... }`
#[derive(Debug)]
pub struct Struct {
    /// Attributes, as written.
    pub attrs: TokenStream,
    /// The `#[cfg(...)]` among them.
    pub cfgs: TokenStream,
    /// Visibility, as written.
    pub vis: TokenStream,
    /// Its `#[freeze(...)]` attributes.
    pub freezes: Vec<Freeze>,
    /// The struct's name.
    pub name: Name,
    /// Channels, height, width; `None` if malformed.
    pub shape: Option<[usize; 3]>,
    /// The declared number of classes; `None` if malformed.
    pub classes: Option<usize>,
    /// Shape and classes or, if they are malformed, a guess, because types elsewhere depend on them.
    pub likely: ([usize; 3], usize),
    /// The network.
    pub body: Body,
}

/// `#[freeze(conv1, layer*)]`, or `#[freeze(not(fc))]`
#[derive(Debug)]
pub struct Freeze {
    /// Whether it freezes the layers that no pattern matches.
    pub not: bool,
    /// The patterns of paths.
    pub patterns: Vec<Pattern>,
    /// The whole of it.
    pub loc: Loc,
}

/// A parameter path in which `*` stands for any characters of a name, `**` for any number of names.
#[derive(Debug)]
pub struct Pattern {
    /// As written, without quotes and spaces.
    pub text: String,
    /// Its place.
    pub loc: Loc,
}

/// `block basic(filters, stride = 1) { ... }`
#[derive(Debug)]
pub struct Block {
    /// Its `///` lines, as attributes.
    pub docs: TokenStream,
    /// The block's name.
    pub name: Name,
    /// Its parameters, in order.
    pub params: Vec<Param>,
    /// Whether its parameters have no errors.
    pub is_sound: bool,
    /// Its body.
    pub body: Body,
}

/// A block's parameter.
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its default, which may use earlier parameters.
    pub default: Option<Expr>,
}

/// `{ let a = ...; input -> ... }`
#[derive(Debug)]
pub struct Body {
    /// The named values before the last chain.
    pub lets: Vec<Let>,
    /// The body's value.
    pub chain: Chain,
    /// Whether a `let` has no name because of an error. Then unknown names are not reported.
    pub lost_name: bool,
}

/// `let name = chain;`
#[derive(Debug)]
pub struct Let {
    /// The value's name; `None` if malformed.
    pub name: Option<Name>,
    /// The value.
    pub chain: Chain,
}

/// A value and the stages that it passes through.
#[derive(Debug)]
pub struct Chain {
    /// The value at its start.
    pub head: Merge,
    /// The stages.
    pub stages: Vec<Stage>,
}

impl Chain {
    /// A chain whose value is unknown because of a reported error.
    pub fn broken(loc: Loc) -> Chain {
        Chain { head: Merge::broken(loc), stages: Vec::new() }
    }
}

/// One operand, or several that are joined by a sign.
#[derive(Debug)]
pub struct Merge {
    /// `+`, `*` or `||`; `None` for a single operand.
    pub join: Option<Join>,
    /// The operands, in order.
    pub operands: Vec<Operand>,
    /// The operator's first token (the operand's if there is none).
    pub operator: Loc,
    /// Whether its value is unknown because of a reported error.
    pub is_broken: bool,
    /// The whole of it.
    pub loc: Loc,
    /// Source text.
    pub text: String,
}

impl Merge {
    /// A value that is unknown because of a reported error.
    pub fn broken(loc: Loc) -> Merge {
        let operands = vec![Operand::broken(loc)];
        Merge { join: None, operands, operator: loc, is_broken: true, loc, text: String::new() }
    }
}

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

/// A named value, or a chain in parentheses.
#[derive(Debug)]
pub struct Operand {
    /// Its kind.
    pub kind: OperandKind,
    /// Its place.
    pub loc: Loc,
    /// Source text.
    pub text: String,
}

impl Operand {
    /// A value that is unknown because of a reported error.
    pub fn broken(loc: Loc) -> Operand {
        Operand { kind: OperandKind::Broken, loc, text: String::new() }
    }
}

/// Kinds of operands.
#[derive(Debug)]
pub enum OperandKind {
    /// `input`, a `let` or a label.
    Name(Name),
    /// `( chain )`
    Chain(Box<Chain>),
    /// Malformed, and reported.
    Broken,
}

/// `label: 3 * step`
#[derive(Debug)]
pub struct Stage {
    /// The label, which names the value and the parameters.
    pub label: Option<Name>,
    /// The number of repeats.
    pub repeat: Option<Expr>,
    /// The step.
    pub step: Step,
    /// The whole of it.
    pub loc: Loc,
    /// Source text of the step, without label and repeat.
    pub text: String,
}

/// A step.
#[derive(Debug)]
pub enum Step {
    /// A layer word or a block.
    Call(Call),
    /// A layer of the user's own.
    Own(Own),
    /// `+ operand`, `* operand` or `|| operand`, or several.
    Join(Join, Vec<Operand>, Loc),
    /// `[stage, stage]`
    List(Vec<Stage>),
    /// Malformed, and reported.
    Broken,
}

/// A layer or a block, called: `conv(16, 3x3, stride = 2)`.
#[derive(Debug)]
pub struct Call {
    /// The word.
    pub word: Name,
    /// The arguments.
    pub args: Vec<Arg>,
    /// Word and arguments.
    pub loc: Loc,
    /// Source text.
    pub text: String,
    /// The text to remove in order to remove this step: `-> relu`, or `relu,` in a list.
    pub removal: String,
    /// Whether it is not clear which argument is which, because of a reported error between them.
    pub in_doubt: bool,
}

/// `crate::Mish`, `crate::Scaled(0.5)` or `self::Upsample as 16x16x16`
#[derive(Debug)]
pub struct Own {
    /// The path, as text.
    pub path: String,
    /// Its last name in lower snake case, which is the name of an unlabelled one in paths.
    pub word: String,
    /// The Rust expression, as written.
    pub expression: TokenStream,
    /// The number of its tokens.
    pub tokens: usize,
    /// The declared output shape; `None` if it keeps the shape.
    pub shape: Option<Expr>,
    /// The expression's place.
    pub loc: Loc,
    /// Source text.
    pub text: String,
}

/// An argument.
#[derive(Debug)]
pub struct Arg {
    /// `name =`
    pub name: Option<Name>,
    /// The value.
    pub value: Expr,
    /// Name and value.
    pub loc: Loc,
}

/// An expression, which is evaluated at compile time.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its kind.
    pub kind: ExprKind,
    /// Its place.
    pub loc: Loc,
    /// Source text.
    pub text: String,
}

impl Expr {
    /// A number that is unknown because of a reported error.
    pub fn broken(loc: Loc, text: impl Into<String>) -> Expr {
        Expr { kind: ExprKind::Broken, loc, text: text.into() }
    }
}

/// Kinds of values.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `16`
    Int(u64),
    /// `0.1`
    Float(f64),
    /// `3x3`
    Dims(Vec<u64>),
    /// `true`
    Bool(bool),
    /// A parameter, or a word such as `same`.
    Name(Name),
    /// First term, then terms with `+` or `-`; or first factor, then factors with `*` or `/`.
    Arithmetic(Box<Expr>, Vec<(char, Loc, Expr)>),
    /// `-x`
    Negative(Box<Expr>),
    /// `(x)`
    Paren(Box<Expr>),
    /// A malformed value. It is reported only if the argument is known; otherwise the error of the argument's name is enough.
    Wrong(Box<Error>),
    /// Malformed, and reported.
    Broken,
}
