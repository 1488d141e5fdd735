//! Names from files, as messages show them.

use std::fmt;

/// A name from a file. Its `Display` is one line of bounded length, whatever the name is.
pub struct Name<'n>(pub &'n str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MOST: usize = 120;
        let mut shown = self.0.chars();
        for char in shown.by_ref().take(MOST) {
            write!(f, "{}", char.escape_debug())?;
        }
        if shown.next().is_some() { f.write_str("...") } else { Ok(()) }
    }
}
