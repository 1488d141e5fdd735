//! Checks everything that does not depend on values: names, words, arguments, recursion. Each mistake is found once, however
//! often its block is called. Code with an error is marked, and `lower` makes an unknown value of it.

mod arguments;
mod body;
mod calls;
pub mod layers;
pub mod names;
mod numbers;
mod ports;
pub mod scope;

pub use arguments::{bind_block, bind_layer, without};

use crate::ast::{Block, File};
use crate::errors::{Error, Errors};
use crate::loc::Loc;
use scope::Owner;
use std::collections::{HashMap, HashSet};

/// The results of name resolution for later passes.
#[derive(Debug, Default)]
pub struct Resolved {
    /// First tokens of steps, operands and values with reported errors.
    broken: HashSet<u32>,
    /// Blocks by name: the first of each.
    pub blocks: HashMap<String, usize>,
    /// Names of layers that are used as names of blocks, which is reported.
    pub reserved: HashSet<String>,
    /// Blocks that do not exist, and missing parameters as `block.name`. They are reported at the first call that names them.
    pub absent: HashSet<String>,
    /// Blocks that are never called, by index.
    pub uncalled: Vec<usize>,
    /// Unused values, parameters and blocks, by their token.
    pub unused: HashSet<u32>,
}

impl Resolved {
    /// Whether an error was reported for this code.
    pub fn is_broken(&self, loc: Loc) -> bool {
        self.broken.contains(&loc.first)
    }

    fn mark(&mut self, loc: Loc) {
        self.broken.insert(loc.first);
    }
}

/// Resolves every body of an invocation.
pub fn resolve(file: &File, errors: &mut Errors) -> Resolved {
    let mut resolved = Resolved::default();
    duplicate_items(file, &mut resolved, errors);
    calls::refuse_recursion(file, &mut resolved, errors);
    for network in &file.structs {
        body::resolve(file, &network.body, Owner::Struct(network), &mut resolved, errors);
    }
    for block in &file.blocks {
        body::resolve(file, &block.body, Owner::Block(block), &mut resolved, errors);
    }
    resolved.uncalled = calls::uncalled(file, &resolved);
    for &index in &resolved.uncalled {
        let name = &file.blocks[index].name;
        resolved.unused.insert(name.loc.first);
    }
    resolved
}

fn duplicate_items(file: &File, resolved: &mut Resolved, errors: &mut Errors) {
    let taken_structs: HashSet<&str> = file.structs.iter().map(|network| network.name.text.as_str()).collect();
    let taken_blocks: HashSet<&str> = file.blocks.iter().map(|block| block.name.text.as_str()).collect();
    let mut structs = HashSet::new();
    for network in &file.structs {
        if !structs.insert(&network.name.text) && !errors.is_full() {
            let error = Error::new(network.name.loc, format!("two structs are called `{}`", network.name.text));
            errors.push(error.help(format!("call this one `{}`", numbered(&network.name.text, &taken_structs))));
        }
    }
    for (index, block) in file.blocks.iter().enumerate() {
        let name = &block.name.text;
        if resolved.blocks.contains_key(name) {
            if errors.is_full() {
                continue;
            }
            let error = Error::new(block.name.loc, format!("two blocks are called `{name}`"));
            errors.push(error.help(format!("call this one `{}`", numbered(name, &taken_blocks))));
            continue;
        }
        reserved_block(block, errors);
        if crate::words::find(name).is_some() {
            resolved.reserved.insert(name.clone());
        } else {
            resolved.blocks.insert(name.clone(), index);
        }
    }
}

/// The name with the first number with which it is not used yet.
fn numbered(name: &str, taken: &HashSet<&str>) -> String {
    (2..).map(|number| format!("{name}{number}")).find(|name| !taken.contains(name.as_str())).unwrap_or_default()
}

fn reserved_block(block: &Block, errors: &mut Errors) {
    let name = &block.name.text;
    let fact = match name.as_str() {
        "input" => format!("`{name}` is the name of a body's input and cannot be a block"),
        _ if crate::words::is_keyword(&block.name.ident.to_string()) => {
            format!("`{name}` is a word of Rust's and cannot be a name")
        }
        _ if crate::words::find(name).is_some() => format!("`{name}` is a layer and cannot be a block"),
        _ => return,
    };
    errors.push(
        Error::new(block.name.loc, fact).help(format!("call it `{name}_block`, or another name, also in its calls")),
    );
}
