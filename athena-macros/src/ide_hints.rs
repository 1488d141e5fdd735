//! Hints for editors: for each token of a program, the word, argument, block or name that it is. They are also made for programs with mistakes.

use crate::ast::{Arg, Block, Body, Call, Chain, Expr, ExprKind, File, Name, Operand, OperandKind, Port, Stage, Step};
use crate::resolve::Resolved;
use crate::words::{self, Word};
use proc_macro2::{Ident, Span, TokenStream};
use std::collections::{HashMap, HashSet};

/// The whole invocation.
#[derive(Debug, Default)]
pub struct IdeHints {
    /// The blocks, each name once.
    pub blocks: Vec<BlockHints>,
    /// The tokens in the bodies of the networks.
    pub networks: Vec<Vec<Mention>>,
    /// The unknown words.
    pub completions: Vec<Completion>,
}

/// An unknown word, which the user may be typing, and the names that could be meant.
#[derive(Debug)]
pub struct Completion {
    /// The word.
    pub typed: Ident,
    /// Layer words.
    pub words: bool,
    /// Other names, each with its documentation.
    pub names: Vec<(String, String)>,
}

/// The largest number of completions. Only one word is typed at a time, but there may be other unknown words.
const MOST_COMPLETIONS: usize = 16;

/// A block.
#[derive(Debug)]
pub struct BlockHints {
    /// Its name.
    pub name: Ident,
    /// Its parameters, each name once.
    pub params: Vec<Ident>,
    /// `basic(filters, stride = 1)`
    pub signature: String,
    /// Its documentation, as attributes.
    pub docs: TokenStream,
    /// The tokens in its body.
    pub body: Vec<Mention>,
}

/// A token and its meaning.
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

/// Makes the hints of a program. If it has mistakes, no name counts as unused.
pub fn hints(file: &File, resolved: &Resolved, sound: bool) -> IdeHints {
    let mut hints = IdeHints::default();
    for (index, block) in file.blocks.iter().enumerate() {
        if resolved.blocks.get(&block.name.text) == Some(&index) && is_plain(&block.name) {
            let params = params(block);
            let is_unused = |name: &&Name| sound && resolved.unused.contains(&name.loc.first);
            let names = block.params.iter().map(|param| &param.name);
            let unused: Vec<&Ident> = names.filter(is_unused).map(|name| &name.ident).collect();
            let (body, completions) = body(file, resolved, (&block.body, &[], &[]), (params.clone(), &unused), sound);
            hints.completions.extend(completions);
            if sound && resolved.unused.contains(&block.name.loc.first) {
                // These names are defined and not used, so rustc warns and suggests `_`.
                let names = params.into_iter().chain([block.name.ident.clone()]).map(Mention::Make);
                hints.networks.push(names.chain(body).collect());
                continue;
            }
            let signature = signature(block);
            hints.blocks.push(BlockHints {
                name: block.name.ident.clone(),
                params,
                signature,
                docs: block.docs.clone(),
                body,
            });
        }
    }
    for network in &file.structs {
        let written = (&network.body, &network.inputs[..], &network.outputs[..]);
        let (mentions, completions) = body(file, resolved, written, (Vec::new(), &[]), sound);
        hints.completions.extend(completions);
        hints.networks.push(mentions);
    }
    if !sound {
        let used = hints.blocks.iter().map(|block| Mention::Use(block.name.clone(), block.name.clone()));
        let used = used.collect();
        hints.networks.push(used);
    }
    hints.completions.truncate(MOST_COMPLETIONS);
    hints
}

/// A placeholder for a missing word. The editor replaces it by the letters that are typed.
fn missing() -> Ident {
    Ident::new("missing", Span::call_site())
}

/// Whether a name causes no lint and can be a variable.
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
    (body, inputs, outputs): (&Body, &[Port], &[Port]),
    (params, unused_params): (Vec<Ident>, &[&Ident]),
    sound: bool,
) -> (Vec<Mention>, Vec<Completion>) {
    let known: HashMap<String, Ident> = params.iter().map(|param| (param.to_string(), param.clone())).collect();
    let mut walk = Walk {
        file,
        resolved,
        params: known.keys().cloned().collect(),
        known,
        has_input: inputs.iter().all(|port| port.name.is_none()),
        mentions: Vec::new(),
        completions: Vec::new(),
    };
    // An input that nothing reads is an error of its own.
    inputs.iter().filter_map(|port| port.name.as_ref()).for_each(|name| walk.make(name, true));
    for binding in &body.lets {
        walk.chain(&binding.chain);
        let unused = |name: &Name| sound && resolved.unused.contains(&name.loc.first);
        binding.name.iter().for_each(|name| walk.make(name, !unused(name)));
    }
    body.chain.iter().for_each(|chain| walk.chain(chain));
    for name in outputs.iter().filter_map(|port| port.name.as_ref()) {
        if !walk.name(name) && !sound {
            walk.offer_promise(&name.ident);
        }
    }
    let used = params.into_iter().filter(|param| !unused_params.contains(&param));
    walk.mentions.extend(used.map(|param| Mention::Use(param.clone(), param)));
    (walk.mentions, walk.completions)
}

/// One body, in source order.
struct Walk<'a> {
    file: &'a File,
    resolved: &'a Resolved,
    /// The names of parameters, which are numbers or words.
    params: HashSet<String>,
    /// The definitions so far.
    known: HashMap<String, Ident>,
    /// Whether what comes in is called `input`.
    has_input: bool,
    mentions: Vec<Mention>,
    completions: Vec<Completion>,
}

impl Walk<'_> {
    fn chain(&mut self, chain: &Chain) {
        chain.head.operands.iter().for_each(|operand| self.operand(operand));
        chain.stages.iter().for_each(|stage| self.stage(stage));
    }

    fn operand(&mut self, operand: &Operand) {
        match &operand.kind {
            OperandKind::Name(name) if name.text == "input" => self.mentions.push(Mention::Input(name.ident.clone())),
            OperandKind::Name(name) => {
                if !self.name(name) {
                    self.offer_operand(&name.ident);
                }
            }
            OperandKind::Chain(chain) => self.chain(chain),
            OperandKind::Broken => self.offer_operand(&missing()),
        }
    }

    fn stage(&mut self, stage: &Stage) {
        stage.repeat.iter().for_each(|count| self.value(count));
        match &stage.step {
            Step::Call(call) => self.call(call),
            Step::Join(_, operands, _) => operands.iter().for_each(|operand| self.operand(operand)),
            Step::List(stages) => stages.iter().for_each(|stage| self.stage(stage)),
            Step::Broken => self.offer_step(&missing()),
            Step::Own(_) => {}
        }
        // A label also names parameters, so it counts as used even if its value is not.
        stage.label.iter().for_each(|label| self.make(label, true));
    }

    fn call(&mut self, call: &Call) {
        let word = &call.word;
        if let Some(&index) = self.resolved.blocks.get(&word.text) {
            let block = &self.file.blocks[index].name;
            if is_plain(block) {
                self.mentions.push(Mention::Use(word.ident.clone(), block.ident.clone()));
            }
        } else if let Some(known) = words::find(&word.text) {
            let mut names: Vec<Ident> = Vec::new();
            for name in call.args.iter().filter_map(|arg| arg.name.as_ref()) {
                if known.argument(&name.text).is_some() && !names.contains(&name.ident) {
                    names.push(name.ident.clone());
                }
            }
            self.mentions.push(Mention::Word(word.ident.clone(), names));
        } else {
            self.offer_step(&word.ident);
        }
        call.args.iter().for_each(|arg| self.argument(&word.text, arg));
    }

    fn argument(&mut self, word: &str, arg: &Arg) {
        let names = self.arguments_of(word);
        match (&arg.name, &arg.value.kind) {
            (Some(name), _) if !names.iter().any(|(known, _)| *known == name.text) => {
                self.completion(&name.ident, false, names);
                self.value(&arg.value);
            }
            (None, ExprKind::Name(name)) if !self.name(name) => {
                let names = names.into_iter().chain(self.values(true)).collect();
                self.completion(&name.ident, false, names);
            }
            (Some(of), ExprKind::Name(name)) if !self.name(name) => {
                let kind = words::find(word).and_then(|word| word.argument(&of.text)).map(|argument| argument.kind);
                let choices = kind.map_or(&[][..], |kind| kind.words()).iter();
                let choices = choices.map(|choice| (choice.to_string(), format!("`{} = {choice}`", of.text)));
                let names = choices.chain(self.values(true)).collect();
                self.completion(&name.ident, false, names);
            }
            (_, ExprKind::Name(_)) => {}
            _ => self.value(&arg.value),
        }
    }

    /// The arguments of a word or block, with their documentation.
    fn arguments_of(&self, word: &str) -> Vec<(String, String)> {
        let of_word = |word: &'static Word| {
            let described = |argument| words::reference::argument(word, argument);
            word.args.iter().map(|argument| (argument.name.to_string(), described(argument))).collect()
        };
        let of_block = |&index: &usize| {
            let block = &self.file.blocks[index];
            let names = block.params.iter().filter(|param| is_plain(&param.name)).map(|param| param.name.text.clone());
            names.map(|name| (name, format!("Of `{}`.", signature(block)))).collect()
        };
        let block = self.resolved.blocks.get(word).map(of_block);
        block.or_else(|| words::find(word).map(of_word)).unwrap_or_default()
    }

    /// The names that are known so far: of the parameters, or of the maps.
    fn values(&self, params: bool) -> impl Iterator<Item = (String, String)> {
        let doc = if params { "A parameter of this block." } else { "A value of this body." };
        let names = self.known.keys().filter(move |name| self.params.contains(*name) == params);
        names.map(move |name| (name.clone(), doc.to_string()))
    }

    fn offer_step(&mut self, typed: &Ident) {
        if self.is_full() {
            return;
        }
        let blocks = self.file.blocks.iter().filter(|block| is_plain(&block.name));
        let blocks = blocks.map(|block| (block.name.text.clone(), format!("`{}`", signature(block)))).collect();
        self.completion(typed, true, blocks);
    }

    /// Whether the largest number of completions is reached.
    fn is_full(&self) -> bool {
        self.completions.len() >= MOST_COMPLETIONS
    }

    fn offer_operand(&mut self, typed: &Ident) {
        if self.is_full() {
            return;
        }
        let input = self.has_input.then(|| ("input".to_string(), "What the body gets.".to_string()));
        let values = self.values(false).chain(input).collect();
        self.completion(typed, false, values);
    }

    /// What a signature may promise.
    fn offer_promise(&mut self, typed: &Ident) {
        if !self.is_full() {
            let values = self.values(false).collect();
            self.completion(typed, false, values);
        }
    }

    fn completion(&mut self, typed: &Ident, words: bool, mut names: Vec<(String, String)>) {
        let typed = typed.clone();
        names.sort();
        names.dedup_by(|next, earlier| next.0 == earlier.0);
        names.retain(|(name, _)| !words::is_keyword(name));
        if !words::is_keyword(&typed.to_string()) && !self.is_full() {
            self.completions.push(Completion { typed, words, names });
        }
    }

    fn value(&mut self, value: &Expr) {
        match &value.kind {
            ExprKind::Name(name) => {
                if !self.name(name) {
                    let values = self.values(true).collect();
                    self.completion(&name.ident, false, values);
                }
            }
            ExprKind::Arithmetic(first, rest) => {
                self.value(first);
                rest.iter().for_each(|(_, _, operand)| self.value(operand));
            }
            ExprKind::Negative(inner) | ExprKind::Paren(inner) => self.value(inner),
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Dims(_) | ExprKind::Bool(_) => {}
            ExprKind::Broken | ExprKind::Wrong(_) => {}
        }
    }

    /// Records a use of a name. Returns whether the name is known.
    fn name(&mut self, name: &Name) -> bool {
        if let Some(definition) = self.known.get(&name.text) {
            self.mentions.push(Mention::Use(name.ident.clone(), definition.clone()));
        } else if words::find(&name.text).is_some() {
            self.mentions.push(Mention::Word(name.ident.clone(), Vec::new()));
        }
        self.known.contains_key(&name.text)
            || words::find(&name.text).is_some()
            || words::value_words().any(|word| word == name.text)
    }

    fn make(&mut self, name: &Name, used: bool) {
        if !is_plain(name) {
            return;
        }
        if let Some(earlier) = self.known.get(&name.text) {
            // A name that is defined twice was reported.
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
