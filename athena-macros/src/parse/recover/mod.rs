//! What goes on behind a mistake: what plainly slipped is read as what was meant, and what another language has is said in this one.
//! Each function looks at what the grammar did not find, reports it with its fix, and leaves the parser behind it.

pub mod arrows;
pub mod bodies;
pub mod doubled;
pub mod items;
pub mod languages;
pub mod operands;
pub mod signatures;
pub mod slips;
pub mod steps;
pub mod values;
