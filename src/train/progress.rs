//! Writes the progress of a training to stderr.

use std::fmt::Write as _;
use std::io::{self, IsTerminal, Stderr, Write};
use std::time::{Duration, Instant};

use super::{EpochReport, Event, Metrics, StepEvent};

/// The largest length of a line, so that lines fit on narrow terminals.
const WIDTH: usize = 59;

/// The shortest time between two updates of the line on a terminal.
const BLINK: Duration = Duration::from_millis(100);

/// The shortest time between two lines of an epoch, if stderr is not a terminal.
const PAUSE: Duration = Duration::from_secs(5);

/// Writes the progress of a training. On a terminal it updates one line; elsewhere it writes a line every few seconds. At the end
/// of an epoch, a line stays.
pub(super) struct Progress<W: Write = Stderr> {
    to: W,
    terminal: bool,
    started: Instant,
    written: Instant,
    /// Number of images since the start, and of steps.
    images: u64,
    steps: u64,
    epochs: u64,
    line: String,
    /// Whether the cursor is at the end of a line that will be overwritten.
    open: bool,
}

impl Progress {
    /// Starts the clock.
    pub fn start() -> Self {
        let to = io::stderr();
        let terminal = to.is_terminal();
        Self::on(to, terminal)
    }
}

impl<W: Write> Progress<W> {
    fn on(to: W, terminal: bool) -> Self {
        let now = Instant::now();
        let line = String::with_capacity(2 * WIDTH);
        let mut progress =
            Self { to, terminal, started: now, written: now, images: 0, steps: 0, epochs: 0, line, open: false };
        if let Some(note) = athena_runtime::SLOW_BUILD {
            progress.write(note.as_bytes());
            progress.write(b"\n");
        }
        progress
    }

    /// Shows a step or an epoch.
    pub fn observe(&mut self, event: &Event) {
        match event {
            Event::Step(step) => self.step(step),
            Event::Epoch(epoch) => self.epoch(epoch),
        }
    }

    fn step(&mut self, step: &StepEvent) {
        self.images += step.report.metrics.images;
        self.steps += 1;
        self.epochs = step.epochs;
        if self.written.elapsed() < if self.terminal { BLINK } else { PAUSE } {
            return;
        }
        let seconds = self.started.elapsed().as_secs_f64();
        let (done, all) =
            (step.epoch as f64 * step.steps as f64 + step.done as f64, step.epochs as f64 * step.steps as f64);
        let left = seconds / self.steps as f64 * (all - done).max(0.0);
        self.line.clear();
        self.add(format_args!("epoch {}/{}", step.epoch + 1, step.epochs));
        self.add(format_args!("{:>3} %", step.done.saturating_mul(100) / step.steps.max(1)));
        self.metrics(&step.so_far);
        self.add(format_args!("{} left", clock(left)));
        self.show(false);
    }

    fn epoch(&mut self, report: &EpochReport) {
        let per_second = self.images as f64 / self.started.elapsed().as_secs_f64();
        self.line.clear();
        self.add(format_args!("epoch {}/{}", report.epoch + 1, self.epochs.max(report.epoch + 1)));
        self.metrics(&report.training);
        if let Some(test) = report.test {
            match (test.accuracy(), test.mean_absolute_error()) {
                (Some(accuracy), _) => self.add(format_args!("test {:.2} %", 100.0 * accuracy)),
                (_, Some(error)) => self.add(format_args!("test {error:.4}")),
                _ => self.add(format_args!("test loss {:.4}", test.loss)),
            }
        }
        self.add(format_args!("{per_second:.0} images/s"));
        self.show(true);
    }

    fn metrics(&mut self, metrics: &Metrics) {
        self.add(format_args!("loss {:.4}", metrics.loss));
        if let Some(accuracy) = metrics.accuracy() {
            self.add(format_args!("accuracy {:>6.2} %", 100.0 * accuracy));
        }
        if let Some(error) = metrics.mean_absolute_error() {
            self.add(format_args!("error {error:.4}"));
        }
    }

    /// Adds a part to the line, unless the line would become too long. Important parts come first.
    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        let before = self.line.len();
        if before > 0 {
            self.line.push_str("  ");
        }
        // Writing to a string does not fail.
        let _ = self.line.write_fmt(part);
        if before > 0 && self.line.len() > WIDTH {
            self.line.truncate(before);
        }
    }

    /// Writes the line. If `last`, the line stays, and the next one goes below it.
    fn show(&mut self, last: bool) {
        let line = std::mem::take(&mut self.line);
        match self.terminal {
            // Line wrapping is off, for terminals that are narrower than the line.
            true => self.write(format!("\r\x1b[K\x1b[?7l{line}\x1b[?7h").as_bytes()),
            false => self.write(line.as_bytes()),
        }
        self.open = self.terminal && !last;
        if !self.open {
            self.write(b"\n");
        }
        self.line = line;
        self.written = Instant::now();
    }

    /// Errors are ignored: a training should not fail because stderr is closed.
    fn write(&mut self, bytes: &[u8]) {
        let _ = self.to.write_all(bytes).and_then(|()| self.to.flush());
    }
}

/// Ends the line, so that other output starts on a new one.
impl<W: Write> Drop for Progress<W> {
    fn drop(&mut self) {
        if self.open {
            self.write(b"\n");
        }
    }
}

/// Formats seconds as `m:ss` or `h:mm:ss`.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loss::{Measure, Targets};
    use crate::train::StepReport;

    /// One image of two classes that is right.
    fn right() -> Metrics {
        Metrics::of(0.5296, Measure::Accuracy { ignored: None }, &[0.0, 1.0], [2, 1, 1], false, Targets::Classes(&[1]))
    }

    fn step(epoch: u64, epochs: u64, done: u64, steps: u64, so_far: Metrics) -> Event {
        let report = StepReport { step: 0, rate: 0.1, metrics: so_far };
        Event::Step(StepEvent { epoch, epochs, done, steps, report, so_far })
    }

    /// What a training of these events writes, every step shown.
    fn written(terminal: bool, events: &[Event]) -> String {
        let mut bytes = Vec::new();
        let mut progress = Progress::on(&mut bytes, terminal);
        for event in events {
            progress.written = Instant::now().checked_sub(PAUSE).expect("a clock that has run for seconds");
            progress.observe(event);
        }
        drop(progress);
        let text = String::from_utf8(bytes).expect("text");
        match athena_runtime::SLOW_BUILD {
            Some(note) => text.replacen(&format!("{note}\n"), "", 1),
            None => text,
        }
    }

    #[test]
    fn every_epoch_leaves_a_line() {
        let epoch = EpochReport { epoch: 2, training: right(), test: Some(right()) };
        let text = written(false, &[step(2, 20, 1, 2, right()), step(2, 20, 2, 2, right()), Event::Epoch(epoch)]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("epoch 3/20   50 %  loss 0.5296  accuracy 100.00 %"), "{text}");
        assert!(lines[2].starts_with("epoch 3/20  loss 0.5296  accuracy 100.00 %  test 100.00 %"), "{text}");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn a_terminal_has_one_line_that_is_written_over() {
        let epoch = EpochReport { epoch: 0, training: right(), test: None };
        let text = written(true, &[step(0, 1, 1, 2, right()), step(0, 1, 2, 2, right()), Event::Epoch(epoch)]);
        assert_eq!((text.matches('\r').count(), text.matches('\n').count()), (3, 1), "{text:?}");
        assert!(text.ends_with("\x1b[?7h\n"), "{text:?}");
        // A training that ends within an epoch ends the line, too.
        assert!(written(true, &[step(0, 1, 1, 2, right())]).ends_with('\n'));
    }

    #[test]
    fn values_have_an_error_and_no_accuracy() {
        let values = Metrics::of(0.25, Measure::Errors, &[1.0], [1, 1, 1], false, Targets::Values(&[0.5]));
        let epoch = EpochReport { epoch: 0, training: values, test: Some(values) };
        let text = written(false, &[step(0, 1, 1, 1, values), Event::Epoch(epoch)]);
        assert!(text.contains("loss 0.2500  error 0.5000  test 0.5000") && !text.contains("accuracy"), "{text}");
    }

    #[test]
    fn no_line_is_too_long_for_sixty_columns() {
        let mut long = right();
        long.loss = 1.234e12;
        for epoch in [0, 99, 12_345_678_901] {
            let report = EpochReport { epoch, training: long, test: Some(long) };
            let text = written(false, &[step(epoch, epoch + 1, 1, 100_000, long), Event::Epoch(report)]);
            assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        }
    }

    #[test]
    fn times_are_told_in_minutes_and_hours() {
        assert_eq!([0.4, 59.6, 3599.0, 3600.0, 45_296.0].map(clock), ["0:00", "1:00", "59:59", "1:00:00", "12:34:56"]);
    }
}
