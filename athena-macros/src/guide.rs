//! What an editor can show: which token of a program is which word, argument, block or name. Filled in also after mistakes.

use crate::ast::{Arg, Block, Body, Chain, Expr, ExprKind, File, Layer, Name, Operand, OperandKind, Stage, Step};
use crate::resolve::Resolved;
use crate::words;
use proc_macro2::{Ident, TokenStream};
use std::collections::HashMap;

/// The whole invocation.
#[derive(Debug, Default)]
pub struct Guide {
    /// The blocks, each name once.
    pub blocks: Vec<GuideBlock>,
    /// What the networks' bodies mention.
    pub networks: Vec<Vec<Mention>>,
}

/// A block.
#[derive(Debug)]
pub struct GuideBlock {
    /// Its name.
    pub name: Ident,
    /// Its parameters, each name once.
    pub params: Vec<Ident>,
    /// `basic(filters, stride = 1)`
    pub signature: String,
    /// Its documentation, as attributes.
    pub docs: TokenStream,
    /// What its body mentions.
    pub body: Vec<Mention>,
}

/// A token that means something.
#[derive(Debug)]
pub enum Mention {
    /// `input`.
    Input(Ident),
    /// A layer word, and the arguments given by name.
    Word(Ident, Vec<Ident>),
    /// The definition of a value.
    Make(Ident),
    /// A use of a value, a parameter or a block: the token, and the one that defines it.
    Use(Ident, Ident),
}

/// Goes through a program. After mistakes nothing counts as unused.
pub fn guide(file: &File, resolved: &Resolved, sound: bool) -> Guide {
    let mut guide = Guide::default();
    for (index, block) in file.blocks.iter().enumerate() {
        if resolved.blocks.get(&block.name.text) == Some(&index) && is_plain(&block.name) {
            let params = params(block);
            let is_unused = |name: &&Name| sound && resolved.unused.contains(&name.loc.first);
            let names = block.params.iter().map(|param| &param.name);
            let unused: Vec<&Ident> = names.filter(is_unused).map(|name| &name.ident).collect();
            let body = body(file, resolved, &block.body, (params.clone(), &unused), sound);
            if sound && resolved.unused.contains(&block.name.loc.first) {
                // As a value that nothing reads: rustc says so, and suggests `_`.
                let names = params.into_iter().chain([block.name.ident.clone()]).map(Mention::Make);
                guide.networks.push(names.chain(body).collect());
                continue;
            }
            let signature = signature(block);
            guide.blocks.push(GuideBlock {
                name: block.name.ident.clone(),
                params,
                signature,
                docs: block.docs.clone(),
                body,
            });
        }
    }
    for network in &file.structs {
        let mentions = body(file, resolved, &network.body, (Vec::new(), &[]), sound);
        guide.networks.push(mentions);
    }
    if !sound {
        let used = guide.blocks.iter().map(|block| Mention::Use(block.name.clone(), block.name.clone()));
        let used = used.collect();
        guide.networks.push(used);
    }
    guide
}

/// A name that Rust's lints have nothing to say about, and that may be bound and used.
fn is_plain(name: &Name) -> bool {
    let text = &name.text;
    let snake = !text.starts_with('_') && !text.contains("__") && !text.chars().any(char::is_uppercase);
    snake && text != "input" && !words::is_keyword(&name.ident.to_string())
}

fn params(block: &Block) -> Vec<Ident> {
    let names = block.params.iter().map(|param| &param.name);
    let mut params: Vec<Ident> = Vec::new();
    for name in names.filter(|name| is_plain(name)) {
        if !params.contains(&name.ident) {
            params.push(name.ident.clone());
        }
    }
    params
}

/// `basic(filters, stride = 1)`
pub fn signature(block: &Block) -> String {
    let params = block.params.iter().map(|param| match &param.default {
        Some(default) => format!("{} = {}", param.name.text, default.text),
        None => param.name.text.clone(),
    });
    format!("{}({})", block.name.text, params.collect::<Vec<_>>().join(", "))
}

fn body(
    file: &File,
    resolved: &Resolved,
    body: &Body,
    (params, unused_params): (Vec<Ident>, &[&Ident]),
    sound: bool,
) -> Vec<Mention> {
    let known = params.iter().map(|param| (param.to_string(), param.clone())).collect();
    let mut walk = Walk { file, resolved, known, mentions: Vec::new() };
    for binding in &body.lets {
        walk.chain(&binding.chain);
        let unused = |name: &Name| sound && resolved.unused.contains(&name.loc.first);
        binding.name.iter().for_each(|name| walk.make(name, !unused(name)));
    }
    walk.chain(&body.chain);
    let used = params.into_iter().filter(|param| !unused_params.contains(&param));
    walk.mentions.extend(used.map(|param| Mention::Use(param.clone(), param)));
    walk.mentions
}

/// One body, in source order.
struct Walk<'a> {
    file: &'a File,
    resolved: &'a Resolved,
    /// The definitions so far.
    known: HashMap<String, Ident>,
    mentions: Vec<Mention>,
}

impl Walk<'_> {
    fn chain(&mut self, chain: &Chain) {
        chain.head.operands.iter().for_each(|operand| self.operand(operand));
        chain.stages.iter().for_each(|stage| self.stage(stage));
    }

    fn operand(&mut self, operand: &Operand) {
        match &operand.kind {
            OperandKind::Name(name) if name.text == "input" => self.mentions.push(Mention::Input(name.ident.clone())),
            OperandKind::Name(name) => self.name(name),
            OperandKind::Chain(chain) => self.chain(chain),
            OperandKind::Broken => {}
        }
    }

    fn stage(&mut self, stage: &Stage) {
        stage.repeat.iter().for_each(|count| self.value(count));
        match &stage.step {
            Step::Layer(layer) => self.layer(layer),
            Step::Join(_, operands, _) => operands.iter().for_each(|operand| self.operand(operand)),
            Step::List(stages) => stages.iter().for_each(|stage| self.stage(stage)),
            Step::Broken | Step::Own(_) => {}
        }
        // A label also names parameters: it is in use whether or not the value is.
        stage.label.iter().for_each(|label| self.make(label, true));
    }

    fn layer(&mut self, layer: &Layer) {
        let word = &layer.word;
        if let Some(&index) = self.resolved.blocks.get(&word.text) {
            let block = &self.file.blocks[index].name;
            if is_plain(block) {
                self.mentions.push(Mention::Use(word.ident.clone(), block.ident.clone()));
            }
        } else if let Some(known) = words::find(&word.text) {
            let mut names: Vec<Ident> = Vec::new();
            for name in layer.args.iter().filter_map(|arg| arg.name.as_ref()) {
                if known.argument(&name.text).is_some() && !names.contains(&name.ident) {
                    names.push(name.ident.clone());
                }
            }
            self.mentions.push(Mention::Word(word.ident.clone(), names));
        }
        layer.args.iter().for_each(|Arg { value, .. }| self.value(value));
    }

    fn value(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Arithmetic(first, rest) => {
                self.value(first);
                rest.iter().for_each(|(_, _, operand)| self.value(operand));
            }
            ExprKind::Negative(inner) | ExprKind::Paren(inner) => self.value(inner),
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Dims(_) | ExprKind::Bool(_) => {}
            ExprKind::Broken | ExprKind::Wrong(_) => {}
        }
    }

    fn name(&mut self, name: &Name) {
        if let Some(definition) = self.known.get(&name.text) {
            self.mentions.push(Mention::Use(name.ident.clone(), definition.clone()));
        } else if words::find(&name.text).is_some() {
            self.mentions.push(Mention::Word(name.ident.clone(), Vec::new()));
        }
    }

    fn make(&mut self, name: &Name, used: bool) {
        if !is_plain(name) {
            return;
        }
        if let Some(earlier) = self.known.get(&name.text) {
            // A name that is taken was reported.
            self.mentions.push(Mention::Use(name.ident.clone(), earlier.clone()));
            return;
        }
        self.known.insert(name.text.clone(), name.ident.clone());
        self.mentions.push(Mention::Make(name.ident.clone()));
        if used {
            self.mentions.push(Mention::Use(name.ident.clone(), name.ident.clone()));
        }
    }
}
