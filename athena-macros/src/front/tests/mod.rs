//! Tests of the front end: from program texts to graphs or messages.

mod adversarial;
mod clock;
mod every_word;
mod freezing;
mod graphs;
mod growth;
mod help;
mod manual;
mod messages;
mod mutation;
mod own;
mod pairs;
mod paths;
mod ports;

mod slips;
mod torchvision;

use super::{Author, Front};
use crate::errors::Errors;
use crate::ir::{BatchNorm, Conv, Linear, Network, Op};
use crate::parse::tokens::{self, Kind, Token};
use proc_macro2::TokenStream;
use std::collections::BTreeMap;
use std::str::FromStr;

fn read(stream: TokenStream) -> Front {
    super::read(stream, Author::User)
}

/// Reads a program that must lex as Rust.
fn front(program: &str) -> Front {
    read(TokenStream::from_str(program).unwrap_or_else(|error| panic!("{error}: {program}")))
}

/// The only network of a program without errors.
fn network(program: &str) -> Network {
    let mut front = front(program);
    assert!(front.errors.is_empty(), "{}", messages(program));
    assert_eq!(front.structs.len(), 1);
    front.structs.remove(0).network.unwrap_or_else(|| panic!("no network: {program}"))
}

/// A network of one struct `Net(3x32x32) -> 10` with this body, ending in a classifier.
fn body(body: &str) -> Network {
    network(&format!(
        "struct Net(3x32x32) -> 10 {{ {body} -> global_avg_pool -> flatten -> fc: linear(10) }}
         block basic(filters, stride = 1) {{ input -> conv(filters, 3x3, stride) -> batch_norm }}"
    ))
}

/// All messages of a program, each with its underlined tokens.
fn messages(program: &str) -> String {
    let stream = TokenStream::from_str(program).unwrap_or_else(|error| panic!("{error}: {program}"));
    let mut texts = BTreeMap::new();
    number(&tokens::read(stream, &mut Errors::default()), &mut texts);
    let front = front(program);
    let underlined = |first: u32, last: u32| {
        let tokens: Vec<&str> = texts.range(first..=last).map(|(_, text)| text.as_str()).collect();
        tokens.join(" ")
    };
    let lines = front
        .errors
        .iter()
        .map(|error| format!("{}\n  at {}\n", error.message(), underlined(error.at.first, error.at.last)));
    lines.collect()
}

fn number(tokens: &[Token], texts: &mut BTreeMap<u32, String>) {
    for token in tokens {
        match &token.kind {
            Kind::Ident(ident) => drop(texts.insert(token.loc.first, ident.to_string())),
            Kind::Op(text) | Kind::Literal(text) => drop(texts.insert(token.loc.first, text.clone())),
            Kind::Group { tokens: inner, original, .. } => {
                let text = original.to_string();
                let bracket = |character: Option<char>| character.map(String::from).unwrap_or_default();
                texts.insert(token.loc.first, bracket(text.chars().next()));
                texts.insert(token.loc.last, bracket(text.chars().last()));
                number(inner, texts);
            }
        }
    }
}

/// State-dict keys with shapes, as PyTorch prints them.
fn keys(network: &Network) -> Vec<String> {
    let mut keys = Vec::new();
    for node in &network.nodes {
        let path = &node.path;
        let input = node.inputs.first().map(|input| network.nodes[input.0].shape.channels).unwrap_or_default();
        let out = node.shape.channels;
        match &node.op {
            Op::Conv(Conv { window, groups, bias, .. }) => {
                let [height, width] = window.kernel;
                keys.push(format!("{path}.weight {out}x{}x{height}x{width}", input / groups));
                keys.extend(bias.then(|| format!("{path}.bias {out}")));
            }
            Op::BatchNorm(BatchNorm { scale, shift, .. }) => {
                let names = [("weight", *scale), ("bias", *shift), ("running_mean", true), ("running_var", true)];
                let names = names.into_iter().filter(|(_, has)| *has);
                keys.extend(names.map(|(name, _)| format!("{path}.{name} {out}")));
                keys.push(format!("{path}.num_batches_tracked"));
            }
            Op::Linear(Linear { outputs, bias, .. }) => {
                keys.push(format!("{path}.weight {outputs}x{input}"));
                keys.extend(bias.then(|| format!("{path}.bias {outputs}")));
            }
            _ => {}
        }
    }
    keys.sort();
    keys
}
