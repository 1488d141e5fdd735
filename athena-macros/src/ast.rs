//! The syntax tree: the program as written, before names are resolved and values computed. Malformed parts are `Broken` and were reported.

mod join;
mod numbers;

use crate::errors::Error;
use crate::ir::{Limit, Shape};
use crate::loc::Loc;
use proc_macro2::{Ident, TokenStream};

pub use join::Join;
pub use numbers::Numbers;

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

/// `pub struct Net(3x32x32) -> 10 { ... }`, or `pub struct Net(scan: 1x224x224, history: 12) -> (class: 5, corners: 4) { ... }`
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
    /// The limits of its `#[budget(...)]` attributes, each quantity once.
    pub limits: Vec<Limit>,
    /// The struct's name.
    pub name: Name,
    /// What comes in: one or more.
    pub inputs: Vec<Port>,
    /// What it promises: one or more.
    pub outputs: Vec<Port>,
    /// The network.
    pub body: Body,
}

/// What comes into a network or goes out of it: `3x32x32`, `10` or `scan: 1x224x224`.
#[derive(Clone, Debug)]
pub struct Port {
    /// `None` for the only one of a signature without names.
    pub name: Option<Name>,
    /// A map or a vector; `None` if malformed.
    pub extent: Option<Shape>,
    /// The extent, or what was most likely meant: types elsewhere depend on it.
    pub likely: Shape,
    /// The place of the extent; where it is malformed, that of what stands for it.
    pub loc: Loc,
    /// The whole of it, as written.
    pub text: String,
}

/// An extent as a signature has it: `3x32x32`, or `10`.
pub fn extent(shape: Shape) -> String {
    let sizes = shape.sizes().map(|size| size.to_string());
    if shape.flat { sizes[0].clone() } else { sizes.join("x") }
}

/// The help that removes one of a signature's names, and a comma.
pub fn without(ports: &[Port], at: usize) -> String {
    let text = &ports[at].text;
    match (at, ports.len()) {
        (_, 1) => format!("write `{}` instead of `({text})`", extent(ports[at].likely)),
        (0, _) => format!("remove `{text},`"),
        _ => format!("remove `, {text}`"),
    }
}

impl Struct {
    /// Whether what comes in has names; otherwise it is called `input`.
    pub fn has_named_inputs(&self) -> bool {
        self.inputs.iter().any(|port| port.name.is_some())
    }

    /// Whether what goes out are names of the body; otherwise it is the last chain's value.
    pub fn has_named_outputs(&self) -> bool {
        self.outputs.iter().any(|port| port.name.is_some())
    }

    /// Whether a name of the signature is lost.
    pub fn lacks_name(&self) -> bool {
        let lost = |ports: &[Port]| ports.len() > 1 && ports.iter().any(|port| port.name.is_none());
        lost(&self.inputs) || lost(&self.outputs)
    }

    /// How many numbers the only output is, if it is a vector without a name.
    pub fn classes(&self) -> Option<usize> {
        match &self.outputs[..] {
            [Port { name: None, extent: Some(shape), .. }] if shape.flat => Some(shape.channels),
            _ => None,
        }
    }
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
    /// The body's value; `None` where the outputs have names, and nothing stands behind the last `let`.
    pub chain: Option<Chain>,
    /// Whether a `let` has no name because of an error. Then unknown names are not reported.
    pub lost_name: bool,
    /// Whether it could be read as it stands: nothing in it is missing.
    pub is_sound: bool,
}

impl Body {
    /// Every chain, in source order.
    pub fn chains(&self) -> impl Iterator<Item = &Chain> {
        self.lets.iter().map(|binding| &binding.chain).chain(&self.chain)
    }
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
    /// The label with numbers, of the rounds or the steps of a list.
    pub numbers: Option<Numbers>,
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

/// `crate::HardTanh`, `crate::Scaled(0.5)` or `self::Upsample as 16x16x16`
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
