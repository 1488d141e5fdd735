//! The accumulators: memory in which a shard sums the gradients of a phase's parameters.

use super::context::Context;
use crate::layout::Range;

impl Context<'_> {
    /// Offset of the gradients of `parameters` in the accumulators.
    ///
    /// # Panics
    /// If the phase does not sum their gradients, which is a bug of the plan.
    pub fn position(&self, parameters: Range) -> usize {
        position(self.group, parameters)
    }
}

/// Offset of `parameters` in a buffer that holds the ranges of `group` one after the other.
fn position(group: &[Range], parameters: Range) -> usize {
    let mut at = 0;
    for range in group {
        if range.start <= parameters.start && parameters.end() <= range.end() {
            return at + parameters.start - range.start;
        }
        at += range.len;
    }
    panic!("the plan accumulates {parameters:?} in a phase whose groups are {group:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_found_in_their_group() {
        let range = |start, len| Range { start, len };
        let group = [range(64, 32), range(16, 16), range(200, 10)];
        assert_eq!(position(&group, range(64, 32)), 0);
        assert_eq!(position(&group, range(80, 16)), 16);
        assert_eq!(position(&group, range(16, 16)), 32);
        assert_eq!(position(&group, range(200, 10)), 48);
    }

    #[test]
    #[should_panic(expected = "accumulates")]
    fn parameters_of_another_phase_are_refused() {
        position(&[Range { start: 0, len: 16 }], Range { start: 16, len: 16 });
    }
}
