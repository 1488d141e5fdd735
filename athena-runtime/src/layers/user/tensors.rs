//! Where the parameters and buffers of a user's layer lie, and what the state dict says of them.

use crate::exec::Working;
use crate::layers::parameter::{Parameter, Storage};
use crate::layout::{Range, padded};
use crate::user::{MOST_TENSORS, ParametricLayer, Tensor};

/// A user's layer with the place of its parameters; or the place of its buffers, which lie with what is frozen. Each tensor starts on a
/// whole block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UserLayer {
    tensors: &'static [Tensor],
    /// First float in the parameter buffer.
    offset: usize,
    /// Numbers in the layer's input.
    inputs: usize,
}

impl UserLayer {
    /// The tensors of a layer of so many inputs, the first of which starts at `offset`.
    #[must_use]
    pub const fn at(offset: usize, inputs: usize, tensors: &'static [Tensor]) -> Self {
        Self { tensors, offset, inputs }
    }

    /// What kernels work with.
    #[must_use]
    pub const fn info(&self) -> Self {
        *self
    }

    /// The tensors in the parameter buffer.
    #[must_use]
    pub const fn parameters(&self) -> Range {
        let (mut len, mut i) = (0usize, 0);
        while i < self.tensors.len() {
            len = len.checked_add(padded(self.tensors[i].len())).expect("a layer has fewer parameters than that");
            i += 1;
        }
        Range { start: self.offset, len }
    }

    /// The first free float of the parameter buffer behind this layer.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.parameters().end()
    }

    /// Scalars in all tensors.
    #[must_use]
    pub const fn scalars(&self) -> usize {
        let (mut scalars, mut i) = (0, 0);
        while i < self.tensors.len() {
            scalars += self.tensors[i].len();
            i += 1;
        }
        scalars
    }

    /// How many tensors there are.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.tensors.len()
    }

    /// Bytes of the keys that [`keys`](Self::keys) makes.
    #[must_use]
    pub const fn keys_len(&self, path: &str) -> usize {
        let (mut len, mut i) = (0, 0);
        while i < self.tensors.len() {
            len += path.len() + 1 + self.tensors[i].name.len();
            i += 1;
        }
        len
    }

    /// The tensors' keys in the state dict, one behind the other: `gate1.weightgate1.bias`.
    #[must_use]
    pub const fn keys<const BYTES: usize>(&self, path: &str) -> [u8; BYTES] {
        let (mut keys, mut at, mut i) = ([0; BYTES], 0, 0);
        while i < self.tensors.len() {
            let parts = [path.as_bytes(), b".", self.tensors[i].name.as_bytes()];
            let mut part = 0;
            while part < parts.len() {
                let mut from = 0;
                while from < parts[part].len() {
                    keys[at] = parts[part][from];
                    (at, from) = (at + 1, from + 1);
                }
                part += 1;
            }
            i += 1;
        }
        keys
    }

    /// The state dict's entries. `keys` are those that [`keys`](Self::keys) made for `path`.
    ///
    /// # Panics
    /// `keys` are others.
    #[must_use]
    pub const fn table<const COUNT: usize>(&self, path: &str, keys: &'static [u8]) -> [Parameter; COUNT] {
        const NOTHING: Parameter = Parameter {
            name: "",
            shape: &[],
            storage: Storage::Vector { offset: 0, len: 0, init: crate::ops::Init::Zeros, fan_in: 0 },
        };
        let (mut table, mut rest, mut offset, mut i) = ([NOTHING; COUNT], keys, self.offset, 0);
        while i < COUNT {
            let Tensor { name, shape, init } = self.tensors[i];
            let (key, behind) = rest.split_at(path.len() + 1 + name.len());
            let Ok(name) = str::from_utf8(key) else { panic!("keys are made of texts") };
            let (len, fan_in) = (self.tensors[i].len(), self.tensors[i].fan_in());
            table[i] = Parameter { name, shape, storage: Storage::Vector { offset, len, init, fan_in } };
            (rest, offset, i) = (behind, offset + padded(len), i + 1);
        }
        table
    }

    /// Each tensor's numbers in the parameter buffer; how many there are, and then slices without numbers.
    pub(super) fn of<'a>(&self, buffer: &'a [f32]) -> [&'a [f32]; MOST_TENSORS] {
        let mut rest = self.parameters().of(buffer);
        let mut parts = [&[][..]; MOST_TENSORS];
        for (part, tensor) in parts.iter_mut().zip(self.tensors) {
            let (tensor_and_padding, behind) = rest.split_at(padded(tensor.len()));
            (*part, rest) = (&tensor_and_padding[..tensor.len()], behind);
        }
        parts
    }

    /// The same of floats that begin with the layer's first one, for writing.
    pub(super) fn of_mut<'a>(&self, mut rest: &'a mut [f32]) -> [&'a mut [f32]; MOST_TENSORS] {
        let mut parts = std::array::from_fn(|_| &mut [][..]);
        for (part, tensor) in parts.iter_mut().zip(self.tensors) {
            let (tensor_and_padding, behind) = rest.split_at_mut(padded(tensor.len()));
            (*part, rest) = (&mut tensor_and_padding[..tensor.len()], behind);
        }
        parts
    }
}

/// Gradients that nobody asked for: of the input, and of the parameters.
impl Working for UserLayer {
    fn work_len(&self, _: usize) -> usize {
        if self.tensors.is_empty() { 0 } else { padded(self.inputs) + self.parameters().len }
    }
}

/// The parameters of a layer.
#[must_use]
pub const fn parameters_of<L: ParametricLayer<C, H, W>, const C: usize, const H: usize, const W: usize>(
    _: &L,
) -> &'static [Tensor] {
    L::PARAMETERS
}

/// The buffers of a layer.
#[must_use]
pub const fn buffers_of<L: ParametricLayer<C, H, W>, const C: usize, const H: usize, const W: usize>(
    _: &L,
) -> &'static [Tensor] {
    L::BUFFERS
}

/// The tables one behind the other.
///
/// # Panics
/// `N` is not how many entries they have.
#[must_use]
pub const fn joined<const N: usize>(tables: &[&[Parameter]]) -> [Parameter; N] {
    const NOTHING: Parameter = Parameter { name: "", shape: &[], storage: Storage::Batches { index: 0 } };
    let (mut joined, mut at, mut i) = ([NOTHING; N], 0, 0);
    while i < tables.len() {
        let mut from = 0;
        while from < tables[i].len() {
            joined[at] = tables[i][from];
            (at, from) = (at + 1, from + 1);
        }
        i += 1;
    }
    assert!(at == N, "as many entries as the tables have");
    joined
}

/// The keys and shapes of a state dict.
#[must_use]
pub const fn names<const N: usize>(table: &'static [Parameter]) -> [(&'static str, &'static [usize]); N] {
    const NOTHING: (&str, &[usize]) = ("", &[]);
    let (mut names, mut i) = ([NOTHING; N], 0);
    while i < N {
        names[i] = (table[i].name, table[i].shape);
        i += 1;
    }
    names
}
