//! Loss, accuracy, images per second and time left while a network trains: a bar on a terminal, plain lines elsewhere.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use athena::train::{Event, StepEvent};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Plain lines come no more often than this, the last of an epoch excepted.
const PAUSE: Duration = Duration::from_secs(5);

/// The progress of a training.
pub struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    last_line: Instant,
    images: u64,
}

impl Progress {
    /// Starts the clock.
    pub fn start() -> Self {
        let now = Instant::now();
        Self { bar: io::stderr().is_terminal().then(bar), started: now, last_line: now, images: 0 }
    }

    /// Shows a step. The last one of an epoch stays on the screen.
    pub fn observe(&mut self, event: &Event) {
        let Event::Step(step) = event else { return };
        self.images += step.report.metrics.images;
        let whole = step.done == step.steps;
        let line = self.line(step);
        if let Some(bar) = &self.bar {
            bar.set_length(step.epochs.saturating_mul(step.steps));
            bar.set_position(steps_done(step));
            if whole {
                bar.println(&line);
            }
            if whole && step.epoch + 1 == step.epochs {
                bar.finish_and_clear();
            } else {
                bar.set_message(line);
            }
        } else if whole || self.last_line.elapsed() >= PAUSE {
            // Progress is not worth failing for where stderr is closed.
            let _ = writeln!(io::stderr(), "{line}");
            self.last_line = Instant::now();
        }
    }

    fn line(&self, step: &StepEvent) -> String {
        let seconds = self.started.elapsed().as_secs_f64();
        let (done, all) = (steps_done(step) as f64, step.epochs as f64 * step.steps as f64);
        format!(
            "epoch {}/{}  {:>3} %  loss {:.4}  accuracy {:>6.2} %  {:.0} images/s  {} left",
            step.epoch + 1,
            step.epochs,
            100 * step.done / step.steps,
            step.so_far.loss,
            100.0 * step.so_far.accuracy(),
            self.images as f64 / seconds,
            clock(seconds * (all - done) / done),
        )
    }
}

fn steps_done(step: &StepEvent) -> u64 {
    step.epoch * step.steps + step.done
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{wide_bar} {msg}").unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_style(style)
}

/// Seconds as `m:ss`, or as `h:mm:ss`.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}
