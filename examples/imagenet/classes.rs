//! Names of the classes.

use std::path::Path;

use athena::data::Limits;

use crate::CLASSES;
use crate::console::Outcome;

/// The most bytes of a list of classes.
const MOST: u64 = 1 << 20;

/// The names of the classes and their WordNet ids, as far as a file has them.
#[derive(Debug, Default)]
pub struct Classes {
    names: Vec<String>,
    ids: Vec<String>,
}

impl Classes {
    /// From a line for each class, in the order of their indices: `tench`, or with the WordNet id before it, as in ImageNet's
    /// `LOC_synset_mapping.txt`: `n01440764 tench, Tinca tinca`.
    pub fn read(file: &Path) -> Outcome<Self> {
        let text = String::from_utf8(Limits::new().bytes(MOST).read(file)?)
            .map_err(|_| format!("`{}` is not a text in UTF-8", file.display()))?;
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.len() != CLASSES {
            let (file, found) = (file.display(), lines.len());
            return Err(
                format!("`{file}` names {found} classes, one a line, but the network tells {CLASSES} apart").into()
            );
        }
        let mut classes = Self::default();
        for line in lines {
            match line.split_once(char::is_whitespace) {
                Some((id, name)) if is_id(id) => {
                    classes.ids.push(id.to_owned());
                    classes.names.push(name.trim().to_owned());
                }
                _ => classes.names.push(line.to_owned()),
            }
        }
        Ok(classes)
    }

    /// The name of a class for output.
    pub fn name(&self, class: usize) -> String {
        self.names.get(class).cloned().unwrap_or_else(|| format!("class {class}"))
    }

    /// The class that a folder is named after: by its index, its WordNet id or its name.
    pub fn find(&self, word: &str) -> Option<usize> {
        let among = |words: &[String]| words.iter().position(|known| known == word);
        let index = word.parse().ok().filter(|&class| class < CLASSES);
        index.or_else(|| among(&self.ids)).or_else(|| among(&self.names))
    }
}

/// A WordNet id: `n` and eight digits.
pub fn is_id(word: &str) -> bool {
    word.len() == 9 && word.starts_with('n') && word[1..].bytes().all(|byte| byte.is_ascii_digit())
}
