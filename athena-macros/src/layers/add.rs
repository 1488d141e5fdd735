//! `+`: the sum of maps.

use super::join;
use crate::ast::Join;
use crate::graph::partial::Partial;
use crate::graph::{Expansion, Inferred, Written};
use crate::ir::{self, Add, Layer, MOST_TERMS};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl Written for Add {
    fn infer(&self, inputs: &[Partial]) -> Inferred {
        join::add(inputs)
    }

    /// Adds one sum, or several partial sums if there are more operands than the runtime adds at once.
    fn desugar(&self, expansion: &mut Expansion) -> Option<ir::NodeId> {
        let mut terms = expansion.inputs.clone();
        while terms.len() > MOST_TERMS {
            let rest = terms.split_off(MOST_TERMS);
            let partial = sum(expansion, terms);
            terms = rest;
            terms.insert(0, partial);
        }
        Some(sum(expansion, terms))
    }

    fn join(&self) -> Option<Join> {
        Some(Join::Add)
    }

    fn decides_rank(&self) -> bool {
        true
    }
}

fn sum(expansion: &mut Expansion, terms: Vec<ir::NodeId>) -> ir::NodeId {
    let (path, word) = (expansion.node.path.clone(), expansion.node.word);
    expansion.push(ir::Op::Add, terms, expansion.shape, path, word)
}

impl Layer for Add {
    fn operation(&self, private: &TokenStream, _: Option<&Ident>) -> TokenStream {
        quote!(Add(#private::Add))
    }
}
