//! What a network may cost at most: the limits of `#[budget(...)]`.

use crate::loc::Loc;

/// The most of one quantity that a network may have.
#[derive(Clone, Debug)]
pub struct Limit {
    /// Of what.
    pub quantity: Quantity,
    /// How much: a count, or bytes.
    pub most: u64,
    /// The unit in which it is written.
    pub unit: Unit,
    /// The place of the figure.
    pub loc: Loc,
    /// The figure as written.
    pub text: String,
}

/// What a budget is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Scalars that training may change, the frozen ones included.
    Parameters,
    /// Multiply-adds of one image.
    Macs,
    /// Bytes that inference of one image needs beside the parameters.
    Inference,
    /// Bytes that a training step keeps for each image of a batch.
    Training,
}

impl Quantity {
    /// All of them.
    pub const ALL: [Quantity; 4] = [Quantity::Parameters, Quantity::Macs, Quantity::Inference, Quantity::Training];

    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Quantity::Parameters => "parameters",
            Quantity::Macs => "macs",
            Quantity::Inference => "inference",
            Quantity::Training => "training",
        }
    }

    /// The quantity of this word.
    pub fn find(word: &str) -> Option<Quantity> {
        Quantity::ALL.into_iter().find(|quantity| quantity.name() == word)
    }

    /// Whether it is counted in bytes.
    pub fn is_memory(self) -> bool {
        matches!(self, Quantity::Inference | Quantity::Training)
    }

    /// A limit of it, for messages.
    pub fn sample(self) -> &'static str {
        match self {
            Quantity::Parameters => "300_000",
            Quantity::Macs => "41_000_000",
            Quantity::Inference => "2 MiB",
            Quantity::Training => "64 MiB",
        }
    }
}

/// A unit of memory, or of counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Of counts.
    One,
    /// `B`
    Byte,
    /// `KiB`, `MiB` or `GiB`: 1024 to this power.
    Binary(u32),
    /// `KB`, `MB` or `GB`: 1000 to this power.
    Decimal(u32),
}

impl Unit {
    const OF_MEMORY: [Unit; 7] = [
        Unit::Binary(2),
        Unit::Binary(1),
        Unit::Binary(3),
        Unit::Decimal(2),
        Unit::Decimal(1),
        Unit::Decimal(3),
        Unit::Byte,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Unit::One => "",
            Unit::Byte => "B",
            Unit::Binary(1) => "KiB",
            Unit::Binary(2) => "MiB",
            Unit::Binary(_) => "GiB",
            Unit::Decimal(1) => "KB",
            Unit::Decimal(2) => "MB",
            Unit::Decimal(_) => "GB",
        }
    }

    /// The unit of memory of this name.
    pub fn find(name: &str) -> Option<Unit> {
        Unit::OF_MEMORY.into_iter().find(|unit| unit.name() == name)
    }

    /// The unit that was most likely meant.
    pub fn nearest(name: &str) -> Unit {
        let same = Unit::OF_MEMORY.into_iter().find(|unit| unit.name().eq_ignore_ascii_case(name));
        let begins = |unit: &Unit| name.to_uppercase().chars().next() == unit.name().chars().next();
        same.or_else(|| Unit::OF_MEMORY.into_iter().find(begins)).unwrap_or(Unit::Binary(2))
    }

    /// Its bytes.
    pub fn bytes(self) -> u64 {
        match self {
            Unit::One | Unit::Byte => 1,
            Unit::Binary(power) => 1024_u64.pow(power),
            Unit::Decimal(power) => 1000_u64.pow(power),
        }
    }
}

/// `300000` as a literal: `300_000`.
pub fn grouped(count: u64) -> String {
    thousands(count, '_')
}

/// `300000` in three digits each.
pub fn thousands(count: u64, sign: char) -> String {
    let digits = count.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(sign);
        }
        grouped.push(digit);
    }
    grouped
}
