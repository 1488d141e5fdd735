//! `Display` is one line without the cause; `Debug` has everything.

use super::{Divergence, Error, IsaError, Pixel};
use std::collections::BTreeSet;
use std::error::Error as _;
use std::io;

const PIXEL: Pixel = Pixel { image: 2, channel: 0, row: 5, column: 7, value: f32::INFINITY };

fn problems(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("missing: `layer{index}.weight` [1]")).collect()
}

/// The names of all variants; one that is missing does not compile.
macro_rules! variants {
    ($($variant:ident)*) => {
        const VARIANTS: &[&str] = &[$(stringify!($variant)),*];

        fn variant(error: &Error) -> &'static str {
            match error {
                $(Error::$variant { .. } => stringify!($variant),)*
            }
        }
    };
}

variants! {
    BatchLength EmptyBatch InputLength InputCount BatchTooLarge NoCapacity OutputLength Io Damaged Weights OtherWeights Onnx Targets
    Argument Data Dataset Pixel InputValue OneValue Diverged Update ScheduleOver Threads ThreadsVariable Memory NoParameter ParameterLength
    Variable Isa
}

/// An error of each variant.
fn every_error() -> Vec<Error> {
    let path = || "some/file".into();
    let text = || "text".to_owned();
    let step = |cause| Error::Diverged { step: 3, cause };
    let mut errors = vec![
        Error::BatchLength { found: 5, shape: [1, 2, 2] },
        Error::EmptyBatch { shape: [1, 2, 2] },
        Error::InputLength { input: "view", found: 5, shape: &[1, 2, 2] },
        Error::InputCount { input: "view", images: 5, first: "side", expected: 6 },
        Error::BatchTooLarge { images: 5, capacity: 4 },
        Error::NoCapacity,
        Error::OutputLength { found: 5, images: 2, classes: 3 },
        Error::Io { action: "read", path: path(), source: io::Error::other("the cause") },
        Error::Damaged { path: path(), reason: text() },
        Error::Weights { path: path(), problems: problems(9) },
        Error::OtherWeights { name: "Other", problems: problems(9) },
        Error::Onnx { network: "Net", reason: text() },
        Error::Targets(text()),
        Error::Argument { name: "Sgd::momentum", expected: text(), found: text() },
        Error::Data { path: path(), what: "an IDX file", expected: text(), found: text(), help: "the help" },
        Error::Dataset(text()),
        Error::Pixel(PIXEL),
        Error::InputValue { input: "view", image: 2, index: 5, value: f32::NAN },
        Error::OneValue { norm: "stem.norm" },
        Error::Update { optimiser: "Sgd::step", index: 1, value: f32::NAN, parameter: 1.0, gradient: 2.0 },
        Error::ScheduleOver { epochs: 3, left: 1, asked: 2 },
        Error::Threads { threads: 3, reason: text() },
        Error::ThreadsVariable { word: text(), most: 4 },
        Error::Memory { bytes: 9 },
        Error::NoParameter { name: text(), closest: Some("fc.weight") },
        Error::ParameterLength { name: "fc.weight", shape: &[2, 3], found: 5 },
        Error::Variable { name: "ATHENA_EXACT", expected: "0 or 1", found: text() },
        Error::Isa(IsaError::Unknown(text())),
        Error::Isa(IsaError::Missing { asked: text(), available: vec!["portable", "avx2"] }),
    ];
    errors.extend(every_divergence().map(step));
    errors
}

/// A divergence of each variant.
fn every_divergence() -> [Divergence; 8] {
    let (name, value, loss, pixel) = ("fc.weight", f32::NAN, f64::NAN, Some(PIXEL));
    [
        Divergence::Statistics { name, value, pixel },
        Divergence::StatisticsBefore { name, value },
        Divergence::WeightBefore { name, value },
        Divergence::Outputs { image: 1, name: None, output: 2, value, pixel },
        Divergence::Loss { loss },
        Divergence::OutputGradient { loss, image: 1, name: Some("corners"), output: 2, value },
        Divergence::Gradient { name, loss, value, pixel },
        Divergence::Update { name, value, weight: 1.0, gradient: 2.0 },
    ]
}

#[test]
fn messages_are_one_line_and_leave_the_cause_to_source() {
    let errors = every_error();
    let found: BTreeSet<&str> = errors.iter().map(variant).collect();
    assert_eq!(found, VARIANTS.iter().copied().collect());
    for error in errors {
        let message = error.to_string();
        assert!(!message.contains('\n'), "{message}");
        assert!(
            !message.ends_with('.') && message.starts_with(|first: char| !first.is_ascii_whitespace()),
            "{message}"
        );
        let mut cause = error.source();
        while let Some(source) = cause {
            assert!(!message.contains(&source.to_string()), "{message}");
            assert!(format!("{error:?}").contains(&source.to_string()), "{error:?}");
            cause = source.source();
        }
    }
}

#[test]
fn lists_are_cut_in_display_and_whole_in_debug() {
    let error = |count| Error::Weights { path: "some/file".into(), problems: problems(count) };
    let head = "the weights in `some/file` do not fit this network:";
    assert_eq!(error(1).to_string(), format!("{head} missing: `layer0.weight` [1]"));
    let four = problems(4).join("; ");
    assert_eq!(error(4).to_string(), format!("{head} {four}"));
    assert_eq!(error(9).to_string(), format!("{head} {four}; and 5 more"));
    assert_eq!(format!("{:?}", error(9)), format!("{head}\n  {}", problems(9).join("\n  ")));
}

#[test]
fn debug_is_what_main_prints() {
    let source = io::Error::other("the disk is full");
    let error = Error::Io { action: "write", path: "some/file".into(), source };
    assert_eq!(format!("{error:?}"), "cannot write `some/file`\n  cause: the disk is full");
    let (expected, found) = ("an IDX file".to_owned(), "text".to_owned());
    let error = Error::Data { path: "file".into(), what: "MNIST", expected, found, help: "download it" };
    assert_eq!(error.to_string(), "`file` is not MNIST: expected an IDX file, found text; download it");
    assert_eq!(format!("{error:?}"), "`file` is not MNIST: expected an IDX file, found text\n  help: download it");
}
