//! Augmentation: random changes to training images that do not change their class.

use super::random::Random;

/// The random changes to training images. By default there are none.
///
/// ```
/// use athena::prelude::*;
///
/// fn main() -> Result<(), athena::Error> {
///     let images = Dataset::<Image<1, 1, 3>, Classes<2>>::from_floats([1.0, 2.0, 3.0], [0])?;
///     // As for CIFAR-10 in most papers: `Augmentation::new().crop(4).flip()`.
///     let mut loader = Loader::new(&images, 1)?.seed(1).augmented(Augmentation::new().flip());
///     let mut mirrored = 0;
///     for _ in 0..100 {
///         while let Some(batch) = loader.next_batch() {
///             mirrored += usize::from(batch.images() == [3.0, 2.0, 1.0]);
///         }
///     }
///     assert!((30..70).contains(&mirrored)); // half of them
///     Ok(())
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Augmentation {
    padding: usize,
    flip: bool,
}

impl Augmentation {
    /// No changes.
    #[must_use]
    pub const fn new() -> Self {
        Self { padding: 0, flip: false }
    }

    /// Adds random crops: the image is padded with `padding` black pixels on each side, and a part of the original size is cut
    /// out at a random place, as in He et al. (2016), section 4.2, and in torchvision's `RandomCrop(size, padding)`.
    #[must_use]
    pub const fn crop(self, padding: usize) -> Self {
        Self { padding, ..self }
    }

    /// Mirrors images left to right, with probability 1/2.
    #[must_use]
    pub const fn flip(self) -> Self {
        Self { flip: true, ..self }
    }

    /// Draws the change to one image. It depends only on the seed, the epoch and the image's index in its data set.
    pub(super) fn draw(self, seed: u64, epoch: u64, index: u32) -> Move {
        if self == Self::new() {
            return Move::default();
        }
        let mut random = Random::of([seed, epoch, u64::from(index)]);
        let mut shift = || random.below(2 * self.padding + 1) as isize - self.padding as isize;
        let (down, right) = (shift(), shift());
        Move { down, right, flip: self.flip && random.coin() }
    }
}

/// The change to one image: the place of the window that is cut out, and whether the result is mirrored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Move {
    /// Rows from the top of the image to the top of the window.
    pub down: isize,
    /// Columns from the left edge of the image to that of the window.
    pub right: isize,
    /// Mirrored left to right, after the window is cut out.
    pub flip: bool,
}

impl Move {
    /// Writes the window of one channel of `height x width`: pixels are converted by `convert`, and pixels outside the image are `black`.
    pub fn plane<T: Copy, U: Copy>(
        self,
        source: &[T],
        width: usize,
        target: &mut [U],
        black: U,
        convert: impl Fn(&[T], &mut [U]),
    ) {
        if self == Self::default() {
            return convert(source, target);
        }
        // The columns of the window that lie within the image.
        let shown = self.right.min(0).unsigned_abs().min(width)..width - self.right.max(0).unsigned_abs().min(width);
        let height = source.len() / width;
        for (y, row) in target.chunks_exact_mut(width).enumerate() {
            match y.checked_add_signed(self.down).filter(|&y| y < height && !shown.is_empty()) {
                None => row.fill(black),
                Some(y) => {
                    let first = y * width + shown.start.saturating_add_signed(self.right);
                    row[..shown.start].fill(black);
                    convert(&source[first..][..shown.len()], &mut row[shown.clone()]);
                    row[shown.end..].fill(black);
                }
            }
            if self.flip {
                row.reverse();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const H: usize = 3;
    const W: usize = 4;

    /// The same, pixel by pixel from the definition.
    fn naive(m: Move, source: &[u8]) -> Vec<f32> {
        let pixel = |y: usize, x: usize| {
            let x = if m.flip { W - 1 - x } else { x };
            let (y, x) = (y as isize + m.down, x as isize + m.right);
            let inside = (0..H as isize).contains(&y) && (0..W as isize).contains(&x);
            if inside { f32::from(source[y as usize * W + x as usize]) } else { -1.0 }
        };
        (0..H * W).map(|i| pixel(i / W, i % W)).collect()
    }

    #[test]
    fn windows_show_what_the_definition_says() {
        let source: Vec<u8> = (1..=(H * W) as u8).collect();
        for down in -5..=5 {
            for right in -6..=6 {
                for flip in [false, true] {
                    let window = Move { down, right, flip };
                    let mut target = vec![f32::NAN; H * W];
                    window.plane(&source, W, &mut target, -1.0, |from, to| {
                        to.iter_mut().zip(from).for_each(|(to, &from)| *to = f32::from(from));
                    });
                    assert_eq!(target, naive(window, &source), "{window:?}");
                }
            }
        }
    }

    #[test]
    fn draws_depend_on_seed_epoch_and_index_and_cover_the_range() {
        let augmentation = Augmentation::new().crop(2).flip();
        assert_eq!(augmentation.draw(1, 2, 3), augmentation.draw(1, 2, 3));
        let of = |f: &dyn Fn(u32) -> Move| (0..500).map(f).collect::<Vec<_>>();
        let draws = [
            of(&|i| augmentation.draw(1, 2, i)),
            of(&|i| augmentation.draw(2, 2, i)),
            of(&|i| augmentation.draw(1, 3, i)),
        ];
        assert!(draws[0] != draws[1] && draws[0] != draws[2] && draws[1] != draws[2]);
        for shift in -2..=2 {
            assert!(draws[0].iter().any(|m| m.down == shift) && draws[0].iter().any(|m| m.right == shift));
        }
        assert!(draws[0].iter().all(|m| m.down.abs() <= 2 && m.right.abs() <= 2));
        let flipped = draws[0].iter().filter(|m| m.flip).count();
        assert!((190..310).contains(&flipped), "{flipped}");
    }

    #[test]
    fn nothing_happens_unless_asked_for() {
        assert!((0..100).all(|i| Augmentation::new().draw(1, 1, i) == Move::default()));
        assert!((0..100).all(|i| !Augmentation::new().crop(3).draw(1, 1, i).flip));
    }
}
