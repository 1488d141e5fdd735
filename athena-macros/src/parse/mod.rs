//! Tokens to [`ast::File`](crate::ast::File). Never fails and never panics: what is malformed is reported and left out.

pub mod literal;
pub mod tokens;

mod arrows;
mod body;
mod doubled;
mod expression;
mod freeze;
mod items;
mod merge;
mod methods;
mod operand;
mod own;
mod params;
mod python;
mod rust;
mod signature;
mod slipped_items;
mod slips;
mod stage;
mod statement;
mod value;

use crate::ast::{Block, File};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use std::collections::HashSet;

/// Parses an invocation.
pub fn parse(stream: TokenStream, errors: &mut Errors) -> File {
    let tokens = tokens::open_invisible(tokens::read(stream, errors));
    let tokens = doubled::without_doubled(tokens, errors);
    let blocks = items::block_names(&tokens);
    let mut file = Parser { errors, blocks, lost_name: false, inner_blocks: Vec::new() }.file(&tokens);
    errors.structure_is_read();
    if errors.faults() > 0 {
        doubled::collect_lost(&tokens, errors, &mut file.lost);
    }
    file
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
