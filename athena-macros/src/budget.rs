//! `#[budget(...)]`: compares what a network costs with what it may cost at most.

use crate::errors::Error;
use crate::ir::{CheckedStruct, Limit, Network, NodeId, Op, Quantity, Unit, grouped, thousands};
use crate::plan::{Plan, costs};

/// The layers that an error names.
const NAMED: usize = 3;

/// The limits that a network exceeds, in source order.
pub fn check(checked: &CheckedStruct, plan: Option<&Plan>) -> Vec<Error> {
    let (Some(network), Some(plan)) = (&checked.network, plan) else { return Vec::new() };
    let exceeded = checked.limits.iter().filter_map(|limit| {
        let total = costs::total(network, plan, limit.quantity);
        (total > limit.most).then(|| error(checked, network, plan, limit, total))
    });
    exceeded.collect()
}

fn error(checked: &CheckedStruct, network: &Network, plan: &Plan, limit: &Limit, total: u64) -> Error {
    let name = &checked.ident;
    let fact = match limit.quantity {
        Quantity::Parameters => format!("`{name}` has {} parameters", thousands(total, ',')),
        Quantity::Macs => format!("`{name}` has {} multiply-adds an image", thousands(total, ',')),
        Quantity::Inference => format!("inference of one image by `{name}` takes {}", memory(total)),
        Quantity::Training => format!("training `{name}` takes {} an image", memory(total)),
    };
    let error = Error::new(limit.loc, format!("{fact}, more than its budget of {}", limit.text));
    let error = match most(checked, network, plan, limit.quantity, total) {
        Some(most) => error.note(most),
        None => error,
    };
    error.help(format!("write `{}`, or make the network smaller", enough(limit, total)))
}

/// The note that names the layers with the largest shares.
fn most(checked: &CheckedStruct, network: &Network, plan: &Plan, quantity: Quantity, total: u64) -> Option<String> {
    let mut shares = costs::shares(network, plan, quantity);
    shares.retain(|(_, amount)| *amount > 0);
    shares.sort_by_key(|(node, amount)| (u64::MAX - amount, *node));
    let named: Vec<String> = shares
        .iter()
        .take(NAMED)
        .map(|(node, amount)| {
            let written = if quantity.is_memory() { in_bytes(*amount) } else { thousands(*amount, ',') };
            format!("`{}` ({written}, {})", path(checked, network, *node), percent(*amount, total))
        })
        .collect();
    let what = match quantity {
        Quantity::Parameters | Quantity::Macs => "the layers with the most are",
        Quantity::Inference => "where the most is in use, the largest values are those of",
        Quantity::Training => "where the most is in use, the largest values and gradients are those of",
    };
    match &named[..] {
        [] => None,
        [only] => Some(format!("{what} {only}")),
        [rest @ .., last] => Some(format!("{what} {} and {last}", rest.join(", "))),
    }
}

/// A layer's path, or the name of an input.
fn path(checked: &CheckedStruct, network: &Network, node: NodeId) -> String {
    let of = &network.nodes[node.0];
    if of.op == Op::Input {
        let name = checked.inputs.get(network.input_number(node)).and_then(|port| port.name.as_ref());
        return name.map_or("input".to_string(), ToString::to_string);
    }
    if of.path.is_empty() { of.word.clone() } else { of.path.clone() }
}

fn percent(part: u64, whole: u64) -> String {
    match part as f64 / whole as f64 * 100.0 {
        small if small < 1.0 => "under 1 %".to_string(),
        share => format!("{share:.0} %"),
    }
}

/// `1.5 MiB (1,572,864 bytes)`
fn memory(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        _ => format!("{} ({} bytes)", in_bytes(bytes), thousands(bytes, ',')),
    }
}

/// Bytes as the summary writes them.
fn in_bytes(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} bytes"),
        1024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    }
}

/// The smallest limit that allows so much, in the unit of the one that does not: of memory in tenths.
fn enough(limit: &Limit, total: u64) -> String {
    match limit.unit {
        Unit::One => grouped(total),
        Unit::Byte => format!("{total} B"),
        unit => {
            let tenths = (u128::from(total) * 10).div_ceil(u128::from(unit.bytes()));
            match tenths % 10 {
                0 => format!("{} {}", tenths / 10, unit.name()),
                tenth => format!("{}.{tenth} {}", tenths / 10, unit.name()),
            }
        }
    }
}
