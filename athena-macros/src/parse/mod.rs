//! Tokens to [`ast::File`](crate::ast::File). Never fails and never panics: what is malformed is reported and left out.

pub mod literal;
pub mod tokens;

mod body;
mod expression;
mod freeze;
mod items;
mod merge;
mod own;
mod params;
mod recover;
mod rust;
mod signature;
mod stage;
mod value;

pub use params::MOST_PARAMS;

use crate::ast::{Block, File};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use std::collections::HashSet;
use tokens::Cursor;

/// Parses an invocation.
pub fn parse(stream: TokenStream, errors: &mut Errors) -> File {
    let program = stream.clone();
    let tokens = tokens::open_invisible(tokens::read(stream, errors));
    let tokens = recover::doubled::without_doubled(tokens, errors);
    let blocks = items::block_names(&tokens);
    let mut file = Parser { errors, blocks, lost_name: false, inner_blocks: Vec::new() }.file(&tokens);
    errors.structure_is_read();
    if errors.is_hopeless() {
        return signatures(program);
    }
    if errors.faults() > 0 {
        recover::doubled::collect_lost(&tokens, errors, &mut file.lost);
    }
    file
}

/// The structs of a program that cannot be read: what they promise is still known, in most cases.
fn signatures(stream: TokenStream) -> File {
    let mut unseen = Errors::default();
    let tokens = tokens::open_invisible(tokens::heads(stream));
    Parser { errors: &mut unseen, blocks: HashSet::new(), lost_name: false, inner_blocks: Vec::new() }.file(&tokens)
}

/// What went wrong so far, and the names of the invocation's blocks. The methods lie beside the grammar rule they read.
pub struct Parser<'e> {
    errors: &'e mut Errors,
    blocks: HashSet<String>,
    /// A name of the body is lost: that of a `let`, or of a constant.
    lost_name: bool,
    /// Blocks that stand within a body.
    inner_blocks: Vec<Block>,
}

impl Parser<'_> {
    /// Whether there is more to read; once too much is wrong, the rest is passed over.
    fn goes_on(&self, cursor: &mut Cursor) -> bool {
        if self.errors.is_hopeless() {
            cursor.skip_to(&[]);
        }
        !cursor.at_end()
    }
}
