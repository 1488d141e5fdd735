//! The mean intersection over union of segmentation.

use super::pixels::Maps;
use crate::Error;
use crate::loss::Targets;

/// The mean IoU of answers and truth: how far the region of each class and its true region are the same (Everingham et al. 2010, The PASCAL Visual
/// Object Classes Challenge; the mean IU of Long et al. 2015).
///
/// The IoU of a class is the number of pixels that have this class in both, divided by the number of those that have it in either. The counts are over
/// all images that were added: the sums of a confusion matrix's rows and columns, and its diagonal. The mean is over the classes that occur in the
/// truth or in the answers, as torchmetrics's `JaccardIndex`.
///
/// ```
/// use athena::train::MeanIou;
///
/// fn main() -> Result<(), athena::Error> {
///     let mut iou = MeanIou::new(4)?.ignore_index(255);
///     iou.add(&[0, 0, 1, 1], &[0, 1, 1, 255])?; // answers and truth of four pixels
///     assert_eq!((iou.of_class(0), iou.of_class(1), iou.of_class(2)), (Some(1.0 / 2.0), Some(1.0 / 2.0), None));
///
///     // The next pixels are answered by a network's outputs: two classes more, of which no pixel is.
///     let scores = [0.1, 0.7, 0.9, 0.1, 0.0, 0.1, 0.0, 0.1]; // 4 x 1 x 2
///     iou.add_outputs(&scores, [1, 2], &[1, 0])?;
///     assert_eq!(iou.of_class(1), Some(2.0 / 3.0));
///     assert_eq!(iou.mean(), Some((2.0 / 3.0 + 2.0 / 3.0) / 2.0));
///     iou.clear();
///     assert_eq!(iou.mean(), None);
///     Ok(())
/// }
/// ```
#[doc(alias("JaccardIndex", "mIoU", "intersection over union", "segmentation", "confusion matrix"))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeanIou {
    classes: Vec<Counts>,
    ignored: Option<u32>,
}

/// The pixels of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    both: u64,
    truth: u64,
    answers: u64,
}

impl Counts {
    fn iou(self) -> Option<f64> {
        let either = self.truth + self.answers - self.both;
        (either > 0).then(|| self.both as f64 / either as f64)
    }
}

/// The largest number of classes, as for networks.
const MOST_CLASSES: usize = 1 << 20;

impl MeanIou {
    /// Counts of zero for so many classes: 1 to 1048576.
    ///
    /// # Errors
    /// The number of classes is out of this range.
    pub fn new(classes: usize) -> Result<Self, Error> {
        if (1..=MOST_CLASSES).contains(&classes) {
            return Ok(Self { classes: vec![Counts::default(); classes], ignored: None });
        }
        let (expected, found) = (format!("1 to {MOST_CLASSES} classes"), classes.to_string());
        Err(Error::Argument { name: "MeanIou::new", expected, found })
    }

    /// Leaves out the pixels whose truth is this label, usually 255.
    #[must_use]
    pub fn ignore_index(self, label: u32) -> Self {
        Self { ignored: Some(label), ..self }
    }

    /// Adds pixels: the class that was answered for each, and the true one.
    ///
    /// # Errors
    /// The numbers of answers and labels differ, or one is no class. Then nothing is added.
    pub fn add(&mut self, answers: &[u32], truth: &[u32]) -> Result<(), Error> {
        if answers.len() != truth.len() {
            let (answers, labels) = (answers.len(), truth.len());
            return Err(Error::Targets(format!(
                "there are {answers} answers and {labels} labels of pixels, but each pixel has one of both"
            )));
        }
        self.check("answer", answers, None)?;
        self.check("label", truth, self.ignored)?;
        for (&answer, &label) in answers.iter().zip(truth) {
            if Some(label) != self.ignored {
                self.count(answer as usize, label as usize);
            }
        }
        Ok(())
    }

    /// Adds images by the outputs of a network: `outputs` are N x C x height x width, with a channel for each class, and the answer at a pixel is the
    /// class with the largest output (of equal ones the first). `truth` has N x height x width labels.
    ///
    /// # Errors
    /// The numbers of outputs and labels do not fit, or a label is no class. Then nothing is added.
    pub fn add_outputs(&mut self, outputs: &[f32], [height, width]: [usize; 2], truth: &[u32]) -> Result<(), Error> {
        let (classes, pixels) = (self.classes.len(), height.saturating_mul(width));
        let fits =
            pixels > 0 && truth.len().is_multiple_of(pixels) && Some(outputs.len()) == truth.len().checked_mul(classes);
        if !fits {
            let (outputs, labels) = (outputs.len(), truth.len());
            return Err(Error::Targets(format!(
                "there are {outputs} outputs and {labels} labels, but each image of {height}x{width} pixels has {classes} outputs and one \
                 label for each of them"
            )));
        }
        self.check("label", truth, self.ignored)?;
        // A single class is the answer everywhere.
        let maps = Maps { channels: classes, pixels };
        let answers = maps.each_pixel(outputs).map(|numbers| maps.answer(numbers, |_| false));
        for (answer, &label) in answers.zip(truth) {
            if Some(label) != self.ignored {
                self.count(answer, label as usize);
            }
        }
        Ok(())
    }

    /// Adds the counts of another one, such as that of another thread.
    ///
    /// ```
    /// use athena::train::MeanIou;
    ///
    /// fn main() -> Result<(), athena::Error> {
    ///     let (mut all, mut part) = (MeanIou::new(2)?, MeanIou::new(2)?);
    ///     all.add(&[0], &[0])?;
    ///     part.add(&[1], &[0])?;
    ///     all.merge(&part)?;
    ///     assert_eq!(all.mean(), Some((0.5 + 0.0) / 2.0));
    ///     assert!(all.merge(&MeanIou::new(3)?).is_err());
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    /// It has another number of classes.
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.classes.len() != other.classes.len() {
            let (expected, found) = (format!("one of {} classes", self.classes.len()), other.classes.len().to_string());
            return Err(Error::Argument { name: "MeanIou::merge", expected, found });
        }
        self.join(other);
        Ok(())
    }

    /// The IoU of a class, 0 to 1; `None` if there is no such class, or no pixel of it in truth or answers.
    #[must_use]
    pub fn of_class(&self, class: usize) -> Option<f64> {
        self.classes.get(class).copied().and_then(Counts::iou)
    }

    /// The mean over the classes that occur, 0 to 1; `None` if no pixel was counted.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        let of_classes = || self.classes.iter().filter_map(|counts| counts.iou());
        let count = of_classes().count();
        (count > 0).then(|| of_classes().sum::<f64>() / count as f64)
    }

    /// Sets all counts to 0.
    pub fn clear(&mut self) {
        self.classes.fill(Counts::default());
    }

    /// Adds a batch's outputs, which fit the targets. One channel is about two classes: 1 where the output is above 0.
    pub(super) fn add_batch(&mut self, outputs: &[f32], maps: Maps, targets: Targets<'_>, ignored: Option<u32>) {
        let answers = maps.each_pixel(outputs).map(|numbers| maps.answer(numbers, |output| output > 0.0));
        for (answer, class) in answers.zip(maps.classes(targets, ignored)) {
            // A loss of the user's own may have let a label pass that is no class.
            if let Some(class) = class.filter(|class| *class < self.classes.len()) {
                self.count(answer, class);
            }
        }
    }

    /// Adds the counts of the same classes.
    pub(super) fn join(&mut self, other: &Self) {
        for (counts, more) in self.classes.iter_mut().zip(&other.classes) {
            counts.both += more.both;
            counts.truth += more.truth;
            counts.answers += more.answers;
        }
    }

    fn count(&mut self, answer: usize, class: usize) {
        self.classes[answer].answers += 1;
        self.classes[class].truth += 1;
        self.classes[class].both += u64::from(answer == class);
    }

    fn check(&self, what: &str, classes: &[u32], ignored: Option<u32>) -> Result<(), Error> {
        let is_one = |class: u32| (class as usize) < self.classes.len() || Some(class) == ignored;
        match classes.iter().position(|&class| !is_one(class)) {
            Some(at) => {
                let (found, last) = (classes[at], self.classes.len() - 1);
                Err(Error::Targets(format!("the {what} {found} of pixel {at} is no class, which are 0 to {last}")))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_and_changes_nothing() {
        let fresh = MeanIou::new(3).unwrap().ignore_index(255);
        let refused = |add: &dyn Fn(&mut MeanIou) -> Result<(), Error>, message: &str| {
            let mut iou = fresh.clone();
            assert_eq!(add(&mut iou).unwrap_err().to_string(), message);
            assert_eq!(iou, fresh);
        };
        let message = "there are 2 answers and 1 labels of pixels, but each pixel has one of both";
        refused(&|iou| iou.add(&[0, 1], &[0]), message);
        refused(&|iou| iou.add(&[0, 3], &[0, 0]), "the answer 3 of pixel 1 is no class, which are 0 to 2");
        refused(&|iou| iou.add(&[0, 255], &[0, 0]), "the answer 255 of pixel 1 is no class, which are 0 to 2");
        refused(&|iou| iou.add(&[0, 0], &[0, 254]), "the label 254 of pixel 1 is no class, which are 0 to 2");
        refused(
            &|iou| iou.add_outputs(&[0.0; 6], [1, 2], &[0, 7]),
            "the label 7 of pixel 1 is no class, which are 0 to 2",
        );
        let message = "there are 6 outputs and 3 labels, but each image of 1x2 pixels has 3 outputs and one label for each of them";
        refused(&|iou| iou.add_outputs(&[0.0; 6], [1, 2], &[0; 3]), message);
        assert!(fresh.clone().add_outputs(&[], [0, 5], &[]).is_err());
        for classes in [0, usize::MAX] {
            let message = format!("`MeanIou::new` takes 1 to 1048576 classes, not {classes}");
            assert_eq!(MeanIou::new(classes).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn nothing_has_no_mean() {
        let mut iou = MeanIou::new(2).unwrap().ignore_index(1);
        iou.add(&[0, 1], &[1, 1]).unwrap();
        assert_eq!((iou.mean(), iou.of_class(0), iou.of_class(7)), (None, None, None));
        iou.add(&[0, 1], &[0, 0]).unwrap();
        assert_eq!((iou.mean(), iou.of_class(0)), (Some(0.25), Some(0.5)));
        iou.clear();
        assert_eq!(iou.mean(), None);
    }

    #[test]
    fn a_single_class_is_everywhere() {
        let mut iou = MeanIou::new(1).unwrap();
        iou.add_outputs(&[-1.0, 0.0, 1.0], [1, 3], &[0; 3]).unwrap();
        assert_eq!(iou.mean(), Some(1.0));
    }
}
