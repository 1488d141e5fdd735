//! The closest of several names.

/// The one of `names` that takes the fewest edits from `name`, if that is not most of it.
pub(super) fn closest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let (distance, closest) = names.map(|other| (edits(name, other), other)).min()?;
    (distance <= name.len() / 2).then_some(closest)
}

/// Insertions, deletions and replacements from one word to the other (Levenshtein 1966).
fn edits(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, expected) in [("", "abc", 3), ("kitten", "sitting", 3), ("same", "same", 0), ("ab", "ba", 2)] {
            assert_eq!((edits(a, b), edits(b, a)), (expected, expected));
        }
    }

    #[test]
    fn the_closest_name_is_found_or_none() {
        let names = || ["conv1.weight", "fc.weight", "fc.bias"].into_iter();
        assert_eq!(closest("conv1.wieght", names()), Some("conv1.weight"));
        assert_eq!(closest("zzz", names()), None);
    }
}
