//! Parses tokens to an [`ast::File`](crate::ast::File). It never fails and never panics: malformed parts are reported and left out.
//!
//! The grammar, over Rust's tokens, of which `->` and `||` are one each:
//!
//! ```ebnf
//! file      = { struct | block } ;
//! struct    = { attribute | freeze | budget } [ visibility ] "struct" NAME "(" inputs ")" "->" outputs body ;   (* items, signature *)
//! inputs    = extent | ports ;
//! outputs   = extent | "(" ports ")" ;
//! ports     = NAME ":" extent { "," NAME ":" extent } [ "," ] ;
//! extent    = INTEGER | SHAPE ;                                                                        (* extent *)
//! block     = { doc } "block" NAME "(" [ param { "," param } [ "," ] ] ")" body ;                      (* items *)
//! param     = NAME [ "=" value ] ;                                                                    (* params *)
//! freeze    = "#" "[" "freeze" "(" frozen { "," frozen } [ "," ] ")" "]" ;                            (* freeze *)
//! budget    = "#" "[" "budget" "(" limit { "," limit } [ "," ] ")" "]" ;                              (* budget *)
//! limit     = ( "parameters" | "macs" ) "<=" INTEGER | ( "inference" | "training" ) "<=" ( INTEGER | FLOAT ) UNIT ;
//! frozen    = PATTERN | "not" "(" PATTERN { "," PATTERN } [ "," ] ")" ;
//!
//! body      = "{" { "let" NAME "=" chain ";" } [ chain ] "}" ;                                        (* body *)
//! chain     = merge { "->" stage } ;
//! merge     = operand { "+" operand } | operand { "*" operand } | operand { "||" operand } ;          (* merge *)
//! operand   = NAME | "(" chain ")" ;
//!
//! stage     = [ ( NAME | NUMBERS ) ":" ] [ count "*" ] step ;                                         (* stage, numbers *)
//! count     = INTEGER | NAME | "(" value ")" ;
//! step      = layer | own | join | "[" stage { "," stage } [ "," ] "]" ;
//! join      = "+" operand { "+" operand } | "*" operand { "*" operand } | "||" operand { "||" operand } ;
//! layer     = NAME [ "(" [ argument { "," argument } [ "," ] ] ")" ] ;
//! argument  = [ NAME "=" ] value ;                                                                    (* value *)
//! value     = term { ( "+" | "-" ) term } ;
//! term      = factor { ( "*" | "/" ) factor } ;
//! factor    = [ "-" ] ( INTEGER | FLOAT | SIZE | "true" | "false" | NAME | "(" value ")" ) ;
//! own       = NAME "::" NAME { "::" NAME } [ "(" expressions ")" | "{" fields "}" ] [ "as" made ] ; (* own, expression *)
//! made      = INTEGER | SHAPE | NAME | "(" value ")" ;
//! ```
//!
//! A body ends without a chain only where the outputs have names. `SIZE` is `3x3` and `SHAPE` is `3x32x32`, one literal each; `NUMBERS` is text such as `"layer{1..}"`; a `PATTERN` is the path of a layer, with `*` and `**`; a `UNIT` is `B`, `KiB`, `MiB`, `GiB`, `KB`, `MB` or `GB`. Attributes, visibility,
//! expressions and fields are Rust's. An argument with a name stands behind those without. The file of each rule is named beside it; what goes on behind
//! a mistake lies in [`recover`], and the rules ask it where they find something else than they look for.

pub mod literal;
pub mod tokens;

mod body;
mod budget;
mod cursor;
mod expression;
mod extent;
mod freeze;
mod items;
mod merge;
mod numbers;
mod own;
mod params;
mod recover;
mod rust;
mod signature;
mod stage;
mod value;

pub use params::MOST_PARAMS;

use crate::ast::{Block, File, Port};
use crate::errors::{Error, Errors};
use crate::loc::Loc;
use cursor::Cursor;
use proc_macro2::TokenStream;
use std::collections::HashSet;

/// More rows, columns or channels than any image has.
const MOST_SIDE: u64 = 1 << 16;
/// More classes than any data has.
const MOST_CLASSES: u64 = 1 << 20;

/// Parses an invocation.
pub fn parse(stream: TokenStream, errors: &mut Errors) -> File {
    let program = stream.clone();
    let tokens = tokens::open_invisible(tokens::read(stream, errors));
    let tokens = recover::doubled::without_doubled(tokens, errors);
    let blocks = items::block_names(&tokens);
    let file =
        Parser { errors, blocks, lost_name: false, value: Value::default(), inner_blocks: Vec::new() }.file(&tokens);
    errors.structure_is_read();
    if errors.is_hopeless() {
        return signatures(program);
    }
    file
}

/// The structs of a program that cannot be read. Their signatures are usually still known.
fn signatures(stream: TokenStream) -> File {
    let mut unseen = Errors::default();
    let tokens = tokens::open_invisible(tokens::heads(stream));
    Parser {
        errors: &mut unseen,
        blocks: HashSet::new(),
        lost_name: false,
        value: Value::default(),
        inner_blocks: Vec::new(),
    }
    .file(&tokens)
}

/// What a body gets and has to make.
struct Value {
    /// What it calls that which comes in: `input`, or the first of the names that the network has for it.
    source: String,
    /// Whether its last chain is its value.
    is_last_chain: bool,
    /// What it could end with if it had no value.
    ending: String,
}

impl Value {
    /// A network's.
    fn of(inputs: &[Port], outputs: &[Port]) -> Value {
        let name = inputs.iter().find_map(|port| port.name.as_ref());
        let label = outputs.iter().find_map(|port| port.name.as_ref());
        // What is malformed may have been names.
        let is_last_chain = outputs.iter().all(|port| port.name.is_none() && port.extent.is_some());
        let comes_flat = inputs.first().is_some_and(|port| port.likely.flat);
        let step = match outputs.first().map(|port| port.likely) {
            Some(made) if made.flat => format!("linear({})", made.channels),
            Some(made) => format!("conv({}, 1x1)", made.channels),
            None => "relu".to_string(),
        };
        let to_vector = if comes_flat || step.starts_with("conv") { "" } else { " -> global_avg_pool -> flatten" };
        let label = label.map_or(String::new(), |name| format!("{}: ", name.text));
        Value {
            source: name.map_or("input", |name| &name.text).to_string(),
            is_last_chain,
            ending: format!("{to_vector} -> {label}{step}"),
        }
    }
}

impl Default for Value {
    /// A block's.
    fn default() -> Value {
        Value { source: "input".to_string(), is_last_chain: true, ending: String::new() }
    }
}

/// The state of the parser: the errors so far, and the names of the invocation's blocks. The methods are in the file of their rule.
pub struct Parser<'e> {
    errors: &'e mut Errors,
    blocks: HashSet<String>,
    /// A name of the body is lost: that of a `let`, or of a constant.
    lost_name: bool,
    /// What the body gets and has to make.
    value: Value,
    /// Blocks that stand within a body.
    inner_blocks: Vec<Block>,
}

impl Parser<'_> {
    /// Whether there are more tokens. After too many syntax errors, the rest is skipped.
    fn goes_on(&self, cursor: &mut Cursor) -> bool {
        if self.errors.is_hopeless() {
            cursor.skip_to(&[]);
        }
        !cursor.at_end()
    }

    /// Reports a syntax error that suppresses other errors near it.
    fn report(&mut self, at: Loc, fact: impl Into<String>, help: impl Into<String>) {
        self.errors.push(Error::new(at, fact).help(help));
    }

    /// Reports a syntax error that suppresses no other errors, because it is clear what was meant.
    fn report_local(&mut self, at: Loc, fact: impl Into<String>, help: impl Into<String>) {
        self.errors.push_local(Error::new(at, fact).help(help));
    }
}
