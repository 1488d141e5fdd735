//! Descriptions of tensors in files: name, type, shape, and the places of their values.

use super::dtype::Dtype;

/// One tensor of a file. All its values lie within the file; the code that makes a `Tensor` has checked that.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub name: String,
    pub dtype: Dtype,
    pub shape: Vec<usize>,
    /// Distance, in elements, from one index of each axis to the next.
    pub strides: Vec<usize>,
    /// Offset in the file of its first element.
    pub start: u64,
    /// The range of the file that holds it, if that range has a checksum.
    #[cfg(feature = "pytorch")]
    pub checked: Option<Checked>,
}

/// A range of bytes and its CRC-32.
#[cfg(feature = "pytorch")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Checked {
    pub start: u64,
    pub len: u64,
    pub crc: u32,
}

impl Tensor {
    /// A tensor that is contiguous in row-major order. The caller has checked that its size does not overflow.
    pub fn contiguous(name: String, dtype: Dtype, shape: Vec<usize>, start: u64) -> Self {
        let mut strides = vec![1_usize; shape.len()];
        for axis in (1..shape.len()).rev() {
            // Saturating, because the other sizes of an empty tensor may have any value.
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

    /// Number of elements; `None` if it overflows, which the sizes of an empty tensor in a file may.
    pub fn numbers(&self) -> Option<usize> {
        self.shape.iter().try_fold(1_usize, |product, &size| product.checked_mul(size))
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Bytes of one element.
    pub fn width(&self) -> usize {
        self.dtype.bitsize() / 8
    }

    /// Bytes from the start of its first element to the end of its last.
    pub fn span(&self) -> u64 {
        let last: usize = self.shape.iter().zip(&self.strides).map(|(size, stride)| (size - 1) * stride).sum();
        ((last + 1) * self.width()) as u64
    }

    /// Whether its bytes have a checksum.
    pub fn is_checked(&self) -> bool {
        #[cfg(feature = "pytorch")]
        return self.checked.is_some();
        #[cfg(not(feature = "pytorch"))]
        false
    }

    /// Whether its elements are contiguous in the file, in row-major order.
    pub fn is_contiguous(&self) -> bool {
        let whole = Run { stored: 0, index: 0, len: self.len(), stride: 1, step: 1 };
        self.runs().next() == Some(whole)
    }

    /// Its elements as equally spaced runs, in the order of the file. Axes without a gap between them are merged, so a contiguous
    /// tensor is one run.
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

/// One axis of a tensor: its length, and the distances of its elements in the file and in the tensor.
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

/// Elements that are equally spaced in the file and in the tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Offset of the first element in the file, in elements from the tensor's first one.
    pub stored: usize,
    /// Index of the first element in the tensor.
    pub index: usize,
    pub len: usize,
    /// Distance of the elements in the file.
    pub stride: usize,
    /// Distance of the elements in the tensor.
    pub step: usize,
}

/// The runs of a tensor.
#[derive(Debug)]
pub struct Runs {
    inner: Axis,
    /// The other axes, the one with the smallest stride first, and the current index of each.
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
