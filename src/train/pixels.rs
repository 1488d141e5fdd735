//! Outputs seen pixel by pixel.

use std::cmp::Ordering;

use crate::loss::Targets;

/// The outputs of an image: `channels` numbers at each of its pixels. A vector has one pixel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Maps {
    pub channels: usize,
    pub pixels: usize,
}

impl Maps {
    pub fn of([channels, height, width]: [usize; 3]) -> Self {
        Self { channels, pixels: height * width }
    }

    /// How many numbers an image has.
    pub fn len(self) -> usize {
        self.channels * self.pixels
    }

    /// The numbers of each pixel of a batch.
    pub fn each_pixel(self, maps: &[f32]) -> impl Iterator<Item = Pixel<'_>> {
        maps.chunks_exact(self.len()).flat_map(move |map| Pixels { map, pixels: self.pixels, next: 0 })
    }

    /// The class of each pixel that the targets say: a label, or the class with the largest value. `None` for those that are `ignored`.
    pub fn classes(self, targets: Targets<'_>, ignored: Option<u32>) -> impl Iterator<Item = Option<usize>> {
        let (labels, values): (&[u32], &[f32]) = match targets {
            Targets::Classes(labels) => (labels, &[]),
            Targets::Values(values) => (&[], values),
        };
        let labels = labels.iter().map(move |&label| (Some(label) != ignored).then_some(label as usize));
        labels.chain(self.each_pixel(values).map(move |values| Some(self.answer(values, |value| value >= 0.5))))
    }

    /// The class with the largest number at a pixel; of equal ones the first, and NaN is larger than all others. If there is one channel, it is 1
    /// where the number is a yes, and 0 elsewhere.
    pub fn answer<'a>(self, mut numbers: impl Iterator<Item = &'a f32>, yes: impl Fn(f32) -> bool) -> usize {
        if self.channels == 1 {
            return usize::from(numbers.next().copied().is_some_and(yes));
        }
        let step = |(at, most): (usize, f32), (index, &number): (usize, &f32)| {
            let is_larger = index == 0 || number > most || (number.is_nan() && !most.is_nan());
            if is_larger { (index, number) } else { (at, most) }
        };
        numbers.enumerate().fold((0, 0.0), step).0
    }
}

/// The numbers of a pixel.
pub(super) type Pixel<'a> = std::iter::StepBy<std::slice::Iter<'a, f32>>;

/// The pixels of one image.
struct Pixels<'a> {
    map: &'a [f32],
    pixels: usize,
    next: usize,
}

impl<'a> Iterator for Pixels<'a> {
    type Item = Pixel<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let pixel = self.next;
        self.next += 1;
        (pixel < self.pixels).then(|| self.map[pixel..].iter().step_by(self.pixels))
    }
}

/// The number of classes whose output ranks before that of `class`. NaN ranks before all others, so that a broken network has no correct
/// images.
pub(super) fn ahead<'a>(outputs: impl Iterator<Item = &'a f32> + Clone, class: usize) -> usize {
    let own = outputs.clone().nth(class).copied().unwrap_or(f32::NAN);
    let before = |(other, output): (usize, &f32)| match output.partial_cmp(&own) {
        Some(Ordering::Greater) => true,
        Some(Ordering::Equal) => other < class,
        Some(Ordering::Less) => false,
        None => true,
    };
    outputs.enumerate().filter(|&entry| before(entry)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_go_to_the_first_class() {
        let outputs = [1.0, 3.0, 3.0, 2.0];
        assert_eq!([0, 1, 2, 3].map(|class| ahead(outputs.iter(), class)), [3, 0, 1, 2]);
        assert_eq!(Maps::of([4, 1, 1]).answer(outputs.iter(), |_| true), 1);
    }

    #[test]
    fn outputs_that_are_no_numbers_rank_first() {
        assert_eq!(ahead([f32::NAN, 1.0].iter(), 1), 1);
        assert_eq!(Maps::of([3, 1, 1]).answer([5.0, f32::NAN, f32::NAN].iter(), |_| true), 1);
    }

    #[test]
    fn pixels_are_read_across_the_channels() {
        let maps = Maps::of([3, 1, 2]);
        let batch: Vec<f32> = (0..12).map(|number| number as f32).collect();
        let pixels: Vec<Vec<f32>> = maps.each_pixel(&batch).map(|pixel| pixel.copied().collect()).collect();
        assert_eq!(pixels, [[0.0, 2.0, 4.0], [1.0, 3.0, 5.0], [6.0, 8.0, 10.0], [7.0, 9.0, 11.0]]);
        let classes = |targets| maps.classes(targets, Some(9)).collect::<Vec<_>>();
        assert_eq!(classes(Targets::Classes(&[2, 9, 0, 1])), [Some(2), None, Some(0), Some(1)]);
        assert_eq!(classes(Targets::Values(&batch)), [Some(2); 4]);
    }
}
