//! Finds the prefix of the names in a file: the one with which most names fit.

use super::name::Name;
use super::options::LoadOptions;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// The prefixes that PyTorch's wrappers add to names: `DataParallel` and `DistributedDataParallel`, and `torch.compile`. They are
/// always removed.
const WRAPPERS: [&str; 2] = ["module.", "_orig_mod."];
/// Usual names of attributes that hold a whole network, in Lightning and in many training scripts. They are removed if more names fit then.
const HOLDERS: [&str; 4] = ["model.", "net.", "backbone.", "encoder."];
/// The largest number of words that are removed from a name, and of dots that a hint looks at.
const MOST_WORDS: usize = 8;

/// A combination of [`HOLDERS`], as digits: 0 is none.
type Holders = u64;
const BASE: Holders = HOLDERS.len() as Holders + 1;

/// A name that a file's name may have in the network.
#[derive(Debug)]
pub struct OwnName<'n> {
    pub name: Cow<'n, str>,
    /// The prefix before it in the file.
    pub prefix: &'n str,
}

/// The names of a network, and the prefixes that are removed from the names of a file.
pub struct Prefixes<'o, K> {
    options: &'o LoadOptions,
    known: K,
}

impl<'o, K: Fn(&str) -> bool> Prefixes<'o, K> {
    pub fn of(options: &'o LoadOptions, known: K) -> Self {
        Self { options, known }
    }

    /// The combination with which most names fit. If as many names fit without a prefix, no prefix is chosen.
    pub fn choose<'n>(&self, names: impl Iterator<Item = &'n str> + Clone) -> Result<Chosen<'o>, String> {
        let options = self.options;
        if let Some(prefix) = options.chosen_prefix() {
            let chosen = Chosen { options, holders: 0 };
            if !names.clone().any(|name| chosen.takes(name)) {
                let mut words: Vec<&str> = names.map(|name| name.split('.').next().unwrap_or_default()).collect();
                words.sort_unstable();
                words.dedup();
                let words = super::contents::some_keys(words.into_iter());
                return Err(format!(
                    "no name in it begins with the prefix `{prefix}` that was chosen, only with {words}"
                ));
            }
            return Ok(chosen);
        }
        let mut fitting: HashMap<Holders, usize> = HashMap::new();
        for name in names {
            // The same combination with different wrappers counts once.
            let mut counted = None;
            for (holders, rest) in places(name) {
                if counted != Some(holders) && (self.known)(&options.renamed(rest)) {
                    *fitting.entry(holders).or_default() += 1;
                    counted = Some(holders);
                }
            }
        }
        let most = fitting.values().copied().max().unwrap_or(0);
        let mut best: Vec<Holders> =
            fitting.into_iter().filter(|&(_, count)| count == most).map(|(which, _)| which).collect();
        best.sort_unstable();
        match *best {
            [holders] | [holders @ 0, ..] => Ok(Chosen { options, holders }),
            [] => Ok(Chosen { options, holders: 0 }),
            [one, another, ..] => {
                let (one, another) = (spelt(one), spelt(another));
                Err(format!(
                    "its names are the network's behind the prefix `{one}` and behind `{another}` alike; \
                     choose one with `LoadOptions::new().prefix(\"{one}\")`"
                ))
            }
        }
    }
}

/// The prefix that is removed from the names of a file.
#[derive(Debug)]
pub struct Chosen<'o> {
    options: &'o LoadOptions,
    holders: Holders,
}

impl Chosen<'_> {
    /// Whether a tensor of this name is considered. All are, unless the user chose a prefix.
    pub fn takes(&self, name: &str) -> bool {
        self.options.chosen_prefix().is_none_or(|prefix| behind(name, prefix).is_some())
    }

    /// The names that this name may have in the network, the longest first.
    pub fn own_names<'n>(&self, name: &'n str) -> impl Iterator<Item = OwnName<'n>> {
        let chosen = self.options.chosen_prefix();
        let rest = chosen.map_or(Some(name), |prefix| behind(name, prefix));
        let places = rest.into_iter().flat_map(places).filter(move |(holders, _)| *holders == self.holders);
        places.map(move |(_, rest)| OwnName {
            name: self.options.renamed(rest),
            prefix: &name[..name.len() - rest.len()],
        })
    }
}

/// The name, and the name without its first word, its first two words, and so on; each with the holders among the removed words.
fn places(name: &str) -> impl Iterator<Item = (Holders, &str)> {
    std::iter::successors(Some((0, name)), |&(holders, name)| behind_word(holders, name)).take(MOST_WORDS + 1)
}

/// The name without its first word, and the holders with that word.
fn behind_word(holders: Holders, name: &str) -> Option<(Holders, &str)> {
    if let Some(rest) = WRAPPERS.iter().find_map(|word| name.strip_prefix(word)) {
        return Some((holders, rest));
    }
    let held = |(digit, word): (u64, &&str)| Some((holders * BASE + digit, name.strip_prefix(*word)?));
    (1..).zip(&HOLDERS).find_map(held)
}

/// The prefix that these holders make.
fn spelt(mut holders: Holders) -> String {
    let mut words = Vec::new();
    while holders > 0 {
        words.push(HOLDERS[(holders % BASE) as usize - 1]);
        holders /= BASE;
    }
    words.into_iter().rev().collect()
}

/// The name without this prefix and without wrappers before it. The prefix may end with a dot or not.
fn behind<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    let unwrapped = std::iter::successors(Some(name), |name| WRAPPERS.iter().find_map(|word| name.strip_prefix(word)));
    let rest = unwrapped.take(MOST_WORDS + 1).find_map(|name| name.strip_prefix(prefix))?;
    Some(if prefix.is_empty() { rest } else { rest.strip_prefix('.').unwrap_or(rest) })
}

/// If there is a prefix, of the file's names or of the network's, with which more than `found` names fit: one line about it.
pub fn hint<'n>(
    file: impl Iterator<Item = &'n str> + Clone,
    network: impl Iterator<Item = &'static str> + Clone,
    options: &LoadOptions,
    found: usize,
) -> Option<String> {
    let own: HashSet<&str> = network.clone().collect();
    if found == own.len() || options.chosen_prefix().is_some() {
        return None;
    }
    if let Some((prefix, fits)) =
        most_common(file.clone(), |rest| own.contains(&*options.renamed(rest))).filter(|&(_, n)| n > found)
    {
        let (all, begin) = (file.clone().count(), file.filter(|name| name.starts_with(prefix)).count());
        let names = counted(begin, all, "the file");
        let prefix = Name(prefix);
        return Some(format!(
            "{names} begin with `{prefix}`, and without it {fits} of them are the network's: \
             load with `LoadOptions::new().prefix(\"{prefix}\")`"
        ));
    }
    let renamed: HashSet<Cow<'_, str>> = file.clone().map(|name| options.renamed(name)).collect();
    if let Some((prefix, fits)) =
        most_common(network.clone(), |rest| renamed.contains(rest)).filter(|&(_, n)| n > found)
    {
        let (all, begin) = (own.len(), network.filter(|name| name.starts_with(prefix)).count());
        let names = counted(begin, all, "the network");
        let path = prefix.trim_end_matches('.');
        return Some(format!(
            "{names} begin with `{prefix}`, and without it {fits} of them are the file's: \
             load with `LoadOptions::new().rename(\"\", \"{path}\")`"
        ));
    }
    both(&file.collect::<Vec<_>>(), &network.collect::<Vec<_>>(), found)
}

/// The line for names that differ only in a prefix of all of the file's names and a prefix of all of the network's names.
fn both(file: &[&str], network: &[&'static str], found: usize) -> Option<String> {
    let (theirs, ours) = (common(file), common(network));
    let rests: HashSet<&str> = file.iter().map(|name| &name[theirs.len()..]).collect();
    let fits = network.iter().filter(|name| rests.contains(&name[ours.len()..])).count();
    if theirs.is_empty() || ours.is_empty() || fits <= found {
        return None;
    }
    let (theirs, path) = (Name(theirs), ours.trim_end_matches('.'));
    Some(format!(
        "all {} names of the file begin with `{theirs}` and all {} of the network with `{ours}`, and {fits} are the same but for that: \
         load with `LoadOptions::new().prefix(\"{theirs}\").rename(\"\", \"{path}\")`",
        file.len(),
        network.len()
    ))
}

fn counted(some: usize, all: usize, of: &str) -> String {
    if some == all { format!("all {all} names of {of}") } else { format!("{some} of the {all} names of {of}") }
}

/// The path, with its dot, without which most of these names fit, and the number of names that fit.
fn most_common<'n>(names: impl Iterator<Item = &'n str>, fits: impl Fn(&str) -> bool) -> Option<(&'n str, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in names {
        for (dot, _) in name.match_indices('.').take(MOST_WORDS) {
            if fits(&name[dot + 1..]) {
                *counts.entry(&name[..=dot]).or_default() += 1;
            }
        }
    }
    counts.into_iter().max_by_key(|&(prefix, count)| (count, std::cmp::Reverse(prefix)))
}

/// The longest path, with its dot, that all of these names begin with.
fn common<'n>(names: &[&'n str]) -> &'n str {
    let Some((&first, others)) = names.split_first() else { return "" };
    let same = others
        .iter()
        .fold(first.len(), |same, name| first.bytes().zip(name.bytes()).take(same).take_while(|(a, b)| a == b).count());
    first.as_bytes()[..same].iter().rposition(|&byte| byte == b'.').map_or("", |dot| &first[..=dot])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `names` are for a network that has `own`.
    fn own_names(own: &[&str], names: &[&'static str], options: &LoadOptions) -> Result<Vec<(String, String)>, String> {
        let chosen = Prefixes::of(options, |name| own.contains(&name)).choose(names.iter().copied())?;
        let names = names.iter().filter_map(|name| chosen.own_names(name).find(|found| own.contains(&&*found.name)));
        Ok(names.map(|found| (found.prefix.to_owned(), found.name.into_owned())).collect())
    }

    #[test]
    fn usual_prefixes_and_their_combinations_are_found() {
        for prefix in [
            "",
            "module.",
            "_orig_mod.",
            "model.",
            "net.",
            "backbone.",
            "encoder.",
            "module.model.",
            "model.net.",
            "_orig_mod.module.backbone.",
            "model._orig_mod.",
            "model.encoder.backbone.",
            "net.module.encoder._orig_mod.",
        ] {
            let names: Vec<&'static str> =
                ["conv.weight", "fc.bias"].map(|name| &*format!("{prefix}{name}").leak()).into();
            let found = own_names(&["conv.weight", "fc.bias"], &names, &LoadOptions::new()).unwrap();
            let expected = [(prefix.to_owned(), "conv.weight".to_owned()), (prefix.to_owned(), "fc.bias".to_owned())];
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn words_of_the_networks_own_are_no_prefix() {
        let own = ["backbone.conv.weight", "fc.bias"];
        for names in [["backbone.conv.weight", "fc.bias"], ["model.backbone.conv.weight", "model.fc.bias"]] {
            let found = own_names(&own, &names, &LoadOptions::new()).unwrap();
            assert_eq!(found.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), own);
        }
    }

    #[test]
    fn two_that_fit_alike_are_told() {
        let names = ["model.fc.bias", "net.fc.bias"];
        let error = own_names(&["fc.bias"], &names, &LoadOptions::new()).unwrap_err();
        assert!(
            error.contains("`model.`") && error.contains("`net.`") && error.contains("prefix(\"model.\")"),
            "{error}"
        );
        let found = own_names(&["fc.bias"], &names, &LoadOptions::new().prefix("net.")).unwrap();
        assert_eq!(found, [("net.".to_owned(), "fc.bias".to_owned())]);
        // As they are, where that is as good.
        let names = ["fc.bias", "net.fc.bias"];
        assert_eq!(
            own_names(&["fc.bias"], &names, &LoadOptions::new()).unwrap(),
            [("".to_owned(), "fc.bias".to_owned())]
        );
    }

    #[test]
    fn a_chosen_prefix_needs_no_dot_and_stands_behind_wrappers() {
        for prefix in ["student.", "student"] {
            let names = ["module.student._orig_mod.fc.bias", "module.teacher.fc.bias"];
            let found = own_names(&["fc.bias"], &names, &LoadOptions::new().prefix(prefix)).unwrap();
            assert_eq!(found, [("module.student._orig_mod.".to_owned(), "fc.bias".to_owned())]);
        }
        let error = own_names(&["fc.bias"], &["a.fc.bias", "b.x"], &LoadOptions::new().prefix("c.")).unwrap_err();
        assert_eq!(error, "no name in it begins with the prefix `c.` that was chosen, only with `a`, `b`");
    }

    #[test]
    fn one_line_tells_of_a_prefix() {
        let options = LoadOptions::new();
        let line =
            |file: &[&str], network: &[&'static str]| hint(file.iter().copied(), network.iter().copied(), &options, 0);
        assert_eq!(
            line(&["foo.a.b", "foo.c"], &["a.b", "c"]).unwrap(),
            "all 2 names of the file begin with `foo.`, and without it 2 of them are the network's: \
             load with `LoadOptions::new().prefix(\"foo.\")`"
        );
        assert!(line(&["foo.a.b", "foo.c", "d"], &["a.b", "c"]).unwrap().starts_with("2 of the 3 names of the file"));
        assert!(
            line(&["a.b", "c"], &["foo.a.b", "foo.c"]).unwrap().ends_with("`LoadOptions::new().rename(\"\", \"foo\")`")
        );
        assert!(
            line(&["x.y.a.b", "x.y.c"], &["z.a.b", "z.c"]).unwrap().ends_with("prefix(\"x.y.\").rename(\"\", \"z\")`")
        );
        assert_eq!(line(&["a", "b"], &["c", "d"]), None);
    }
}
