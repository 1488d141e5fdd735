//! A struct that is no network is trained.

use athena::prelude::*;

struct Net;

fn trainer() -> Result<(), athena::Error> {
    let trainer = Trainer::builder(Net).build()?;
    Ok(())
}

fn main() {}
