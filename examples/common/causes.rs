//! An error with its causes, on one line.

use std::error::Error;
use std::iter::successors;

/// `cannot read `a.png`: permission denied`: the message, and behind it those of the causes, which messages do not repeat.
pub fn with_causes(error: &(dyn Error + 'static)) -> String {
    let messages: Vec<String> = successors(Some(error), |&error| error.source()).map(ToString::to_string).collect();
    messages.join(": ")
}
