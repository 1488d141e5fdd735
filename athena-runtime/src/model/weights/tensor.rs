//! Tensors as files describe them: what, and where their numbers lie.

use super::dtype::Dtype;

/// One tensor of a file. Its numbers lie within the file; whoever makes one has checked that.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    /// Numbers from one index of each axis to the next.
    pub strides: Vec<usize>,
    /// The first byte of its first number, from the start of the file.
    pub start: u64,
    /// The bytes that it is stored among, if they have a checksum.
    #[cfg(feature = "pytorch")]
    pub checked: Option<Checked>,
}

/// A run of bytes and their CRC-32.
#[cfg(feature = "pytorch")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checked {
    pub start: u64,
    pub len: u64,
    pub crc: u32,
}

impl Tensor {
    /// A tensor whose numbers follow each other, the last axis fastest; its size has been checked not to overflow.
    pub fn contiguous(name: String, dtype: Dtype, shape: Vec<usize>, start: u64) -> Self {
        let mut strides = vec![1_usize; shape.len()];
        for axis in (1..shape.len()).rev() {
            // Saturating: a tensor without numbers may have any other size.
            strides[axis - 1] = strides[axis].saturating_mul(shape[axis]);
        }
        Self {
            name,
            dtype,
            shape,
            strides,
            start,
            #[cfg(feature = "pytorch")]
            checked: None,
        }
    }

    /// Numbers in it, unless they are more than can be counted: what a file says of a tensor without numbers may overflow.
    pub fn numbers(&self) -> Option<usize> {
        self.shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))
    }

    /// Numbers in it.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Bytes of one number.
    pub fn width(&self) -> usize {
        self.dtype.bitsize() / 8
    }

    /// Bytes from its first number to the end of its last.
    pub fn span(&self) -> u64 {
        let last: usize = self.shape.iter().zip(&self.strides).map(|(size, stride)| (size - 1) * stride).sum();
        ((last + 1) * self.width()) as u64
    }

    /// Whether a checksum tells what its bytes are.
    pub fn is_checked(&self) -> bool {
        #[cfg(feature = "pytorch")]
        return self.checked.is_some();
        #[cfg(not(feature = "pytorch"))]
        false
    }

    /// Whether its numbers follow each other in the file as they do in PyTorch's layout.
    pub fn is_contiguous(&self) -> bool {
        let whole = Run { stored: 0, index: 0, len: self.len(), stride: 1, step: 1 };
        self.runs().next() == Some(whole)
    }

    /// Its numbers as equally spaced runs, in the order in which they lie in the file. Axes that follow each other without a gap are
    /// one axis of a run, so a contiguous tensor is one run.
    pub fn runs(&self) -> Runs {
        let mut axes: Vec<Axis> = Vec::with_capacity(self.shape.len());
        let mut step = 1;
        for (&size, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if size != 1 {
                axes.push(Axis { size, stride, step });
            }
            step *= size;
        }
        axes.sort_by_key(|axis| axis.stride);
        let mut joined: Vec<Axis> = Vec::with_capacity(axes.len());
        for axis in axes {
            match joined.last_mut() {
                Some(inner) if inner.continues_as(&axis) => inner.size *= axis.size,
                _ => joined.push(axis),
            }
        }
        let inner = if joined.is_empty() { Axis { size: 1, stride: 1, step: 1 } } else { joined.remove(0) };
        Runs { inner, left: joined.iter().map(|axis| axis.size).product(), at: vec![0; joined.len()], outer: joined }
    }
}

/// One axis of a tensor, in numbers: how many, how far apart in the file, how far apart in the tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Axis {
    size: usize,
    stride: usize,
    step: usize,
}

impl Axis {
    fn continues_as(&self, outer: &Self) -> bool {
        outer.stride == self.size * self.stride && outer.step == self.size * self.step
    }
}

/// Numbers equally spaced in the file and in the tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first one's place behind the tensor's first number in the file.
    pub stored: usize,
    /// The first one's place in the tensor.
    pub index: usize,
    pub len: usize,
    /// Numbers from one to the next in the file.
    pub stride: usize,
    /// Numbers from one to the next in the tensor.
    pub step: usize,
}

/// The runs of a tensor.
#[derive(Debug)]
pub struct Runs {
    inner: Axis,
    /// The other axes, the one with the smallest stride first, and where each is.
    outer: Vec<Axis>,
    at: Vec<usize>,
    left: usize,
}

impl Iterator for Runs {
    type Item = Run;

    fn next(&mut self) -> Option<Run> {
        self.left = self.left.checked_sub(1)?;
        let place = |of: fn(&Axis) -> usize| self.outer.iter().zip(&self.at).map(|(axis, at)| at * of(axis)).sum();
        let Axis { size, stride, step } = self.inner;
        let run = Run { stored: place(|axis| axis.stride), index: place(|axis| axis.step), len: size, stride, step };
        for (axis, at) in self.outer.iter().zip(&mut self.at) {
            *at += 1;
            if *at < axis.size {
                break;
            }
            *at = 0;
        }
        Some(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(shape: &[usize], strides: &[usize]) -> Tensor {
        let contiguous = Tensor::contiguous("w".to_owned(), Dtype::F32, shape.to_vec(), 0);
        Tensor { strides: strides.to_vec(), ..contiguous }
    }

    /// Where each number of the tensor lies, by its runs.
    fn places(tensor: &Tensor) -> Vec<usize> {
        let mut places = vec![usize::MAX; tensor.len()];
        let mut before = 0;
        for run in tensor.runs() {
            for i in 0..run.len {
                places[run.index + i * run.step] = run.stored + i * run.stride;
            }
            assert!(run.stored >= before, "runs go forward");
            before = run.stored;
        }
        places
    }

    #[test]
    fn whole_tensors_are_one_run() {
        for shape in [&[][..], &[7], &[2, 3, 4], &[5, 1, 1, 1], &[1, 1]] {
            let tensor = Tensor::contiguous("w".to_owned(), Dtype::F16, shape.to_vec(), 0);
            assert_eq!(tensor.runs().count(), 1, "{shape:?}");
            assert!(tensor.is_contiguous(), "{shape:?}");
            assert_eq!(places(&tensor), (0..tensor.len()).collect::<Vec<_>>());
            assert_eq!(tensor.span(), 2 * tensor.len() as u64);
        }
    }

    #[test]
    fn views_are_read_where_their_strides_say() {
        // Transposed, every second column, expanded, channels last.
        for (shape, strides) in
            [(&[3, 4][..], &[1, 3][..]), (&[3, 2], &[4, 2]), (&[3, 2], &[0, 1]), (&[2, 3, 4, 5], &[60, 1, 15, 3])]
        {
            let tensor = view(shape, strides);
            let mut expected = vec![0];
            for (&size, &stride) in shape.iter().zip(strides) {
                expected = expected.iter().flat_map(|at| (0..size).map(move |i| at + i * stride)).collect();
            }
            assert_eq!(places(&tensor), expected, "{shape:?} {strides:?}");
            assert!(!tensor.is_contiguous(), "{shape:?} {strides:?}");
        }
    }
}
