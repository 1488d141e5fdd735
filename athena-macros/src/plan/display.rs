//! A plan as text, for people and for snapshots.

use std::fmt::{self, Display, Formatter};

use super::step::{BatchStep, BufferId, ImageStep, Item, SumsId, Term, Write};
use super::{Buffer, Place, Plan, Program};
use crate::ir::{Activation, Network, NodeId};

/// A plan beside the network that its steps name.
pub struct Described<'a> {
    pub network: &'a Network,
    pub plan: &'a Plan,
}

impl Display for Described<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let training = Listing { network: self.network, program: &self.plan.training };
        writeln!(f, "training: {training}")?;
        training.items(f, "forward", &self.plan.training.forward)?;
        training.items(f, "backward", &self.plan.training.backward)?;
        let inference = Listing { network: self.network, program: &self.plan.inference };
        writeln!(f, "\ninference: {inference}")?;
        inference.items(f, "forward", &self.plan.inference.forward)
    }
}

struct Listing<'a> {
    network: &'a Network,
    program: &'a Program,
}

impl Display for Listing<'_> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        let program = self.program;
        write!(f, "{} floats per image", program.image)?;
        program.outputs.iter().try_for_each(|output| write!(f, "\n  outputs {}", self.slot(*output)))?;
        program.output_gradients.iter().try_for_each(|slot| write!(f, "\n  output gradient {}", self.slot(*slot)))
    }
}

impl Listing<'_> {
    fn items(&self, f: &mut Formatter, pass: &str, items: &[Item]) -> fmt::Result {
        let mut phases = 0;
        for item in items {
            match item {
                Item::Phase(phase) => {
                    phases += 1;
                    write!(
                        f,
                        "\n{pass} {phases}, micro-batches of {}, {} floats of scratch",
                        phase.micro_batch, phase.scratch
                    )?;
                    if !phase.gradients.is_empty() {
                        let names: Vec<_> = phase.gradients.iter().map(|conv| self.layer(*conv)).collect();
                        write!(f, " (gradients of {})", names.join(", "))?;
                    }
                    writeln!(f)?;
                    phase.steps.iter().try_for_each(|step| writeln!(f, "    {}", self.step(step)))?;
                }
                Item::Batch(step) => writeln!(f, "  {}", self.batch(step))?,
            }
        }
        Ok(())
    }

    fn layer(&self, node: NodeId) -> String {
        super::schedule::node_name(self.network, node)
    }

    fn name(&self, buffer: BufferId) -> &str {
        &self.program.buffers[buffer.0].name
    }

    fn sums(&self, sums: SumsId) -> String {
        let slot = &self.program.sums[sums.0];
        format!("{} [image {}+{}]", slot.name, slot.offset, slot.len())
    }

    /// A slot where it is written for the first time: with its shape and place.
    fn slot(&self, buffer: BufferId) -> String {
        let Buffer { name, shape, halo, place, offset, .. } = &self.program.buffers[buffer.0];
        let place = match place {
            Place::Image => "image",
            Place::Scratch => "scratch",
        };
        let halo = match halo {
            [0, 0] => String::new(),
            [rows, columns] => format!(" halo {rows}x{columns}"),
        };
        let len = self.program.buffers[buffer.0].len();
        format!("{name} [{}x{}x{}{halo}, {place} {offset}+{len}]", shape.channels, shape.height, shape.width)
    }

    fn written(&self, buffer: BufferId, write: Write) -> String {
        match write {
            Write::Set => format!("-> {}", self.slot(buffer)),
            Write::Add => format!("+> {}", self.name(buffer)),
        }
    }

    fn elementwise(&self, terms: &[Term], activations: &[Activation]) -> String {
        let term = |term: &Term| match term.norm {
            Some(norm) => format!("{}({})", self.layer(norm), self.name(term.map)),
            None => self.name(term.map).to_owned(),
        };
        let mut text = terms.iter().map(term).collect::<Vec<_>>().join(" + ");
        for activation in activations {
            text = format!("{activation:?}({text})");
        }
        text
    }

    fn step(&self, step: &ImageStep) -> String {
        match step {
            ImageStep::Load { input: 0, y } => format!("load -> {}", self.slot(*y)),
            ImageStep::Load { input, y } => format!("load #{input} -> {}", self.slot(*y)),
            ImageStep::Conv { conv, x, y, sums } => {
                let sums = sums.map(|sums| format!(", {}", self.sums(sums))).unwrap_or_default();
                format!("conv {} {} -> {}{sums}", self.layer(*conv), self.name(*x), self.slot(*y))
            }
            ImageStep::Sums { x, sums } => format!("sums {} -> {}", self.name(*x), self.sums(*sums)),
            ImageStep::ConvFused { conv, x, norm, adds, activations, y } => {
                let mut text = format!("conv_fused {} {}", self.layer(*conv), self.name(*x));
                if let Some(norm) = norm {
                    text += &format!(", {}", self.layer(*norm));
                }
                adds.iter().for_each(|add| text += &format!(" + {}", self.name(*add)));
                activations.iter().for_each(|activation| text += &format!(", {activation:?}"));
                format!("{text} -> {}", self.slot(*y))
            }
            ImageStep::Elementwise { terms, activations, y } => {
                format!("elementwise {} -> {}", self.elementwise(terms, activations), self.slot(*y))
            }
            ImageStep::Layer { node, inputs, y } => {
                let inputs: Vec<_> = inputs.iter().map(|input| self.name(*input)).collect();
                format!("{} {} -> {}", self.word(*node), inputs.join(", "), self.slot(*y))
            }
            ImageStep::ConvBackwardWeights { conv, x, dy } => {
                format!("conv_backward_weights {} {}, {}", self.layer(*conv), self.name(*x), self.name(*dy))
            }
            ImageStep::ConvBackwardData { conv, dy, dx, write } => {
                let dx = self.written(*dx, *write);
                format!("conv_backward_data {} {} {dx}", self.layer(*conv), self.name(*dy))
            }
            ImageStep::ElementwiseBackward { terms, activations, dy, g, sums } => {
                let mut text =
                    format!("elementwise_backward {}, {}", self.elementwise(terms, activations), self.name(*dy));
                if g == dy {
                    text += " in place";
                } else {
                    text += &format!(" -> {}", self.slot(*g));
                }
                sums.iter().flatten().for_each(|sums| text += &format!(", {}", self.sums(*sums)));
                text
            }
            ImageStep::NormBackward { norm, x, g, dx, write } => {
                let dx = self.written(*dx, *write);
                format!("norm_backward {} {}, {} {dx}", self.layer(*norm), self.name(*x), self.name(*g))
            }
            ImageStep::FixedNormBackward { norm, g, dx, write } => {
                let dx = self.written(*dx, *write);
                format!("fixed_norm_backward {} {} {dx}", self.layer(*norm), self.name(*g))
            }
            ImageStep::Add { g, dx, write } => format!("add {} {}", self.name(*g), self.written(*dx, *write)),
            ImageStep::LayerBackward { node, operand, value, dy, dx, learns } => {
                let value = value.map(|value| format!(" {},", self.name(value))).unwrap_or_default();
                let dx = dx.map(|(dx, write)| format!(" {}", self.written(dx, write))).unwrap_or_default();
                let learns = if *learns { format!(" {}", self.layer(*node)) } else { String::new() };
                format!("{}_backward #{operand}{learns}{value} {}{dx}", self.word(*node), self.name(*dy))
            }
        }
    }

    fn batch(&self, step: &BatchStep) -> String {
        match step {
            BatchStep::Normalise { norm, sums } => {
                format!("normalise {} {}", self.layer(*norm), self.program.sums[sums.0].name)
            }
            BatchStep::Linear { linear, x, y } => {
                format!("linear {} {} -> {}", self.layer(*linear), self.name(*x), self.slot(*y))
            }
            BatchStep::NormaliseBackward { norm, sums } => {
                format!("normalise_backward {} {}", self.layer(*norm), self.program.sums[sums.0].name)
            }
            BatchStep::LinearBackward { linear, x, dy, dx } => {
                let dx = dx.map(|(dx, write)| format!(" {}", self.written(dx, write))).unwrap_or_default();
                format!("linear_backward {} {}, {}{dx}", self.layer(*linear), self.name(*x), self.name(*dy))
            }
            BatchStep::LinearBackwardData { linear, dy, dx, write } => {
                let dx = self.written(*dx, *write);
                format!("linear_backward_data {} {} {dx}", self.layer(*linear), self.name(*dy))
            }
        }
    }

    fn word(&self, node: NodeId) -> &'static str {
        self.network.nodes[node.0].op.as_per_image().expect("other layers have steps of their own").name()
    }
}
