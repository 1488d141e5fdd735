//! Recovery from syntax errors. The rules of the grammar call these functions where they do not find what they expect. Each function
//! looks at the tokens that are there instead, reports the error with its fix, and moves the cursor past them. Slips of the hand are
//! read as what was meant, and code of other languages is translated.

pub mod arrows;
pub mod bodies;
pub mod doubled;
pub mod items;
pub mod languages;
pub mod operands;
pub mod ports;
pub mod signatures;
pub mod slips;
pub mod steps;
pub mod values;
