//! The table of a network's layers, with shapes and costs.

use super::layer::LayerInfo;
use super::plan::Plan;
use crate::exec::most;
use crate::layout::Port;
use std::fmt;

/// The table that `Model::summary` returns.
pub(super) struct Summary {
    pub(super) name: &'static str,
    pub(super) parameters: usize,
    pub(super) trainable: usize,
    pub(super) macs: u64,
    pub(super) layers: &'static [LayerInfo],
    pub(super) plan: Plan,
}

/// The batch size for which the shared memory is given.
const BATCH: usize = 128;

const HEADINGS: [&str; 5] = ["name", "layer", "output", "parameters", "multiply-adds"];

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}({}) -> {}", self.name, inputs(self.plan.input_ports), outputs(self.plan.output_ports))?;
        let rows: Vec<[String; 5]> = (0..self.layers.len()).map(|index| self.row(index)).collect();
        let total = ["total".into(), String::new(), String::new(), count(self.parameters as u64), count(self.macs)];
        let mut widths = HEADINGS.map(str::len);
        for row in rows.iter().chain([&total]) {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let rule = "-".repeat(widths.iter().sum::<usize>() + 2 * (widths.len() - 1));
        line(f, &HEADINGS, &widths)?;
        writeln!(f, "{rule}")?;
        for row in &rows {
            line(f, &row.each_ref().map(String::as_str), &widths)?;
        }
        writeln!(f, "{rule}")?;
        line(f, &total.each_ref().map(String::as_str), &widths)?;
        if self.trainable < self.parameters {
            let (trainable, frozen) = (self.trainable as u64, (self.parameters - self.trainable) as u64);
            writeln!(f, "parameters: {} trainable, {} frozen", count(trainable), count(frozen))?;
        }
        self.memory(f)
    }
}

impl Summary {
    fn row(&self, index: usize) -> [String; 5] {
        let layer = &self.layers[index];
        let or_blank = |n: u64| if n == 0 { String::new() } else { count(n) };
        let what = self.with_inputs(index);
        [
            layer.name.to_owned(),
            if layer.frozen { format!("{what}, frozen") } else { what },
            sizes(layer.shape),
            or_blank(layer.parameters as u64),
            or_blank(layer.macs),
        ]
    }

    /// The word of a layer and, if it does not read only the row above, the values that it reads: `+ relu3`, `relu1 || relu2`, `conv of relu3`.
    fn with_inputs(&self, index: usize) -> String {
        let LayerInfo { word, operation, inputs, .. } = self.layers[index];
        let ports = self.plan.input_ports;
        let name =
            |value: usize| ports.get(value).map_or_else(|| self.layers[value - ports.len()].name, |port| port.name);
        // The value of the row above. Above the first row is the first input, if it is the only one.
        let above = if index == 0 && ports.len() > 1 { usize::MAX } else { index + ports.len() - 1 };
        match (operation.layer().is_join(), inputs) {
            (true, [first, others @ ..]) => {
                let first = if *first == above { "" } else { name(*first) };
                let others = others.iter().map(|&other| format!(" {word} {}", name(other)));
                format!("{first}{}", others.collect::<String>()).trim_start().to_owned()
            }
            (_, [one]) if *one != above => format!("{word} of {}", name(*one)),
            _ => word.to_owned(),
        }
    }

    /// Writes the lines about memory. A training step keeps what the backward pass reads for every image; the rest is shared by
    /// all images of a batch.
    fn memory(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (training, inference) = (self.plan.training, self.plan.inference);
        let one = most(inference.phases, 1, 1);
        writeln!(
            f,
            "memory per image: {} in inference, {} in training",
            bytes(inference.image + one.scratch),
            bytes(training.image)
        )?;
        let batch = most(training.phases, BATCH, 1);
        write!(
            f,
            "and for all images of a training batch of {BATCH}: {} of scratch, {} of gradients",
            bytes(batch.scratch + batch.work),
            bytes(batch.accumulators)
        )?;
        crate::SLOW_BUILD.map_or(Ok(()), |note| write!(f, "\n\n{note}"))
    }
}

/// `3x32x32`, or `scan: 1x28x28, history: 12` for inputs with names.
fn inputs(ports: &[Port]) -> String {
    match ports {
        [Port { name: "input", shape }] => sizes(shape),
        _ => named(ports),
    }
}

/// `10`, or `(class: 5, corners: 4)` for outputs with names.
fn outputs(ports: &[Port]) -> String {
    match ports {
        [Port { name: "output", shape }] => sizes(shape),
        _ => format!("({})", named(ports)),
    }
}

fn named(ports: &[Port]) -> String {
    let ports = ports.iter().map(|Port { name, shape }| format!("{name}: {}", sizes(shape)));
    ports.collect::<Vec<_>>().join(", ")
}

/// `16x8x8`, or one length.
fn sizes(shape: &[usize]) -> String {
    shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("x")
}

/// Writes one line. Words are aligned to the left, numbers to the right.
fn line(f: &mut fmt::Formatter<'_>, cells: &[&str; 5], widths: &[usize; 5]) -> fmt::Result {
    let [name, layer, output, parameters, macs] = cells;
    let [w0, w1, w2, w3, w4] = widths;
    let line = format!("{name:<w0$}  {layer:<w1$}  {output:<w2$}  {parameters:>w3$}  {macs:>w4$}");
    writeln!(f, "{}", line.trim_end())
}

/// Formats `1234567` as `1,234,567`.
fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Formats a number of floats as bytes, in the largest binary unit in which the number is at least 1.
fn bytes(floats: usize) -> String {
    let bytes = floats as f64 * 4.0;
    match bytes {
        b if b >= 1024.0 * 1024.0 => format!("{:.1} MiB", b / (1024.0 * 1024.0)),
        b if b >= 1024.0 => format!("{:.1} KiB", b / 1024.0),
        b => format!("{b} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (n, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (11_689_512, "11,689,512")] {
            assert_eq!(count(n), expected);
        }
    }

    #[test]
    fn sizes_take_the_fitting_unit() {
        for (floats, expected) in [(4, "16 bytes"), (256, "1.0 KiB"), (393_216, "1.5 MiB")] {
            assert_eq!(bytes(floats), expected);
        }
    }
}
