//! Carries out a `help:` line as it is printed. [`crate::errors`] lists the forms of helps.

use std::ops::Range;

/// A replacement of a part of the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    /// The range of the part, in bytes.
    pub range: Range<usize>,
    /// The new text.
    pub text: String,
}

/// The edits that a help line asks for. `underlined` is the range that its error underlines.
pub fn edits(source: &str, underlined: Range<usize>, help: &str) -> Result<Vec<Edit>, String> {
    let (form, codes) = form(help);
    let place = Place { source, tokens: tokens(source), underlined };
    let first = codes.first().map(String::as_str).unwrap_or_default();
    match (form.as_str(), &codes[..]) {
        (form, [code]) if form.ends_with("put {} before it") => Ok(vec![place.insert(place.underlined.start, code)]),
        (form, [code]) if form.ends_with("put {} behind it") => Ok(vec![place.insert(place.underlined.end, code)]),
        ("remove it", []) => Ok(vec![place.remove(place.underlined.clone())]),
        ("move {} behind this item", [code]) => {
            let from = place.near(code)?;
            Ok(vec![place.insert(place.end_of_item()?, code), place.remove(from)])
        }
        ("remove {} and write {} for {}", [item, value, name]) => place.in_place_of(item, value, name),
        ("remove {} and define {}", [item, block]) => {
            let item = place.remove(place.near(item)?);
            Ok(vec![place.insert(place.end_of_item()?, block), item])
        }
        ("remove {}", [code]) => Ok(vec![place.remove(place.near(code)?)]),
        (form, [code, old]) if form.ends_with("{} instead of {}") => Ok(vec![replace(place.near(old)?, code)]),
        (_, [binding, name]) if binding.starts_with("let ") => {
            Ok(vec![place.first_line(place.body()?, binding), replace(place.underlined.clone(), name)])
        }
        (_, [_]) if first.starts_with("block ") => Ok(vec![place.insert(place.end_of_item()?, first)]),
        (form, [_]) => Ok(vec![replace(place.step(form, first), first)]),
        _ => Err(format!("nothing in this help can be carried out: {help}")),
    }
}

/// Applies all edits to the source. Equal edits are applied once.
pub fn apply(source: &str, mut edits: Vec<Edit>) -> Result<String, String> {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    edits.dedup();
    if let Some(pair) = edits.windows(2).find(|pair| pair[0].range.end > pair[1].range.start) {
        return Err(format!("two fixes change one place: {pair:?}"));
    }
    let mut text = source.to_string();
    edits.iter().rev().for_each(|edit| text.replace_range(edit.range.clone(), &edit.text));
    Ok(text)
}

fn replace(range: Range<usize>, text: &str) -> Edit {
    Edit { range, text: text.to_string() }
}

/// The words of a help, with `{}` for code, and the pieces of code, up to `, or`, after which another way follows.
fn form(help: &str) -> (String, Vec<String>) {
    let mut form = String::new();
    let mut codes = Vec::new();
    for (index, part) in help.split('`').enumerate() {
        if index % 2 == 1 {
            codes.push(part.to_string());
            form.push_str("{}");
        } else if let Some((before, _)) = part.split_once(", or ") {
            form.push_str(before);
            break;
        } else {
            form.push_str(part);
        }
    }
    (form, codes)
}

/// A source and the place of an error in it.
struct Place<'s> {
    source: &'s str,
    tokens: Vec<Range<usize>>,
    underlined: Range<usize>,
}

impl Place<'_> {
    fn text(&self, token: usize) -> &str {
        self.tokens.get(token).map_or("", |range| &self.source[range.clone()])
    }

    fn insert(&self, at: usize, code: &str) -> Edit {
        let tight = code.starts_with([',', ';', ':', '(']) || self.source[..at].ends_with(char::is_whitespace);
        let before = if tight { "" } else { " " };
        let after = if self.source[at..].starts_with(|next: char| next.is_whitespace() || next == ',' || next == ')') {
            ""
        } else {
            " "
        };
        replace(at..at, &format!("{before}{code}{after}"))
    }

    /// Removes a part, and a space with it if two would be left.
    fn remove(&self, range: Range<usize>) -> Edit {
        let is_space = |letter: Option<char>| letter.is_none_or(|letter| letter.is_whitespace());
        let (before, after) = (self.source[..range.start].chars().next_back(), self.source[range.end..].chars().next());
        match (is_space(before), is_space(after)) {
            (true, true) if after == Some(' ') => replace(range.start..range.end + 1, ""),
            (true, true) if before == Some(' ') => replace(range.start - 1..range.end, ""),
            (false, true) if after == Some(' ') && before == Some('(') => replace(range.start..range.end + 1, ""),
            _ => replace(range, ""),
        }
    }

    /// Code at the start of a body, on a line of its own if the body has lines.
    fn first_line(&self, at: usize, code: &str) -> Edit {
        let rest = &self.source[at..];
        let space = &rest[..rest.len() - rest.trim_start().len()];
        match space.rfind('\n') {
            Some(line) => replace(at..at, &format!("{}{code}", &space[line..])),
            None => self.insert(at, code),
        }
    }

    /// The range of some code in the source: around the underlined tokens, or else nearest to them.
    fn near(&self, code: &str) -> Result<Range<usize>, String> {
        let wanted: Vec<&str> = tokens(code).into_iter().map(|range| &code[range]).collect();
        let found = (0..self.tokens.len())
            .filter(|&start| wanted.iter().enumerate().all(|(at, token)| self.text(start + at) == *token));
        let ranges = found.map(|start| self.tokens[start].start..self.tokens[start + wanted.len() - 1].end);
        ranges
            .min_by_key(|range| {
                let behind = range.start.saturating_sub(self.underlined.start);
                let before = self.underlined.end.saturating_sub(range.end);
                (behind + before, range.len())
            })
            .ok_or_else(|| format!("`{code}` is not in the program"))
    }

    /// Removes an item, and replaces its name after it by its value.
    fn in_place_of(&self, item: &str, value: &str, name: &str) -> Result<Vec<Edit>, String> {
        let item = self.near(item)?;
        let end = self.end_of_item()?;
        let behind = |range: &&Range<usize>| range.start >= item.end && range.end <= end;
        let named = self.tokens.iter().filter(behind).filter(|range| &self.source[(*range).clone()] == name);
        Ok(named.map(|range| replace(range.clone(), value)).chain([self.remove(item.clone())]).collect())
    }

    /// The range that new code replaces. It is a whole step if its word is underlined and the help says "write", or if
    /// one of its arguments is underlined and the code starts with its word. Otherwise it is the underlined range.
    fn step(&self, form: &str, code: &str) -> Range<usize> {
        let word = tokens(code).into_iter().next().map(|range| &code[range]).unwrap_or_default();
        let mut whole = (0..self.tokens.len()).filter_map(|token| self.call(token).map(|call| (token, call)));
        let same = |(token, call): &(usize, Range<usize>)| {
            let is_word = self.tokens[*token] == self.underlined && form.starts_with("write ");
            let is_argument = self.text(*token) == word
                && self.tokens[*token].end <= self.underlined.start
                && self.underlined.end <= call.end;
            is_word || is_argument
        };
        whole.rfind(same).map_or(self.underlined.clone(), |(_, call)| call)
    }

    /// A word and its arguments.
    fn call(&self, word: usize) -> Option<Range<usize>> {
        let is_word = self.text(word).starts_with(|first: char| first.is_alphabetic() || first == '_');
        if !is_word || self.text(word + 1) != "(" {
            return None;
        }
        let mut depth = 0i32;
        let close = (word + 1..self.tokens.len()).find(|&token| {
            depth += match self.text(token) {
                "(" => 1,
                ")" => -1,
                _ => 0,
            };
            depth == 0
        })?;
        Some(self.tokens[word].start..self.tokens[close].end)
    }

    /// The start of the body that contains the underlined tokens.
    fn body(&self) -> Result<usize, String> {
        let mut open = Vec::new();
        for token in 0..self.tokens.len() {
            if self.tokens[token].start >= self.underlined.start {
                break;
            }
            match self.text(token) {
                "{" => open.push(self.tokens[token].end),
                "}" => drop(open.pop()),
                _ => {}
            }
        }
        open.pop().ok_or("no body around it".to_string())
    }

    /// The end of the item whose braces contain the underlined tokens.
    fn end_of_item(&self) -> Result<usize, String> {
        let mut depth = 0i32;
        (0..self.tokens.len())
            .filter(|&token| self.tokens[token].start >= self.underlined.end)
            .find(|&token| {
                depth += match self.text(token) {
                    "{" => 1,
                    "}" => -1,
                    _ => 0,
                };
                depth < 0
            })
            .map(|token| self.tokens[token].end)
            .ok_or("no item around it".to_string())
    }
}

/// Words with digits, strings, and single signs, without comments.
fn tokens(source: &str) -> Vec<Range<usize>> {
    let mut tokens: Vec<Range<usize>> = Vec::new();
    let mut letters = source.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        let mut take_while = |wanted: &dyn Fn(char) -> bool| {
            let mut end = start + letter.len_utf8();
            while let Some((at, next)) = letters.next_if(|(_, next)| wanted(*next)) {
                end = at + next.len_utf8();
            }
            end
        };
        if letter.is_whitespace() {
            continue;
        }
        if source[start..].starts_with("//") {
            take_while(&|next| next != '\n');
            continue;
        }
        let end = match letter {
            '"' => {
                let end = take_while(&|next| next != '"');
                letters.next().map_or(end, |(at, _)| at + 1)
            }
            letter if letter.is_alphanumeric() || letter == '_' => {
                take_while(&|next| next.is_alphanumeric() || next == '_')
            }
            letter => start + letter.len_utf8(),
        };
        tokens.push(start..end);
    }
    tokens
}
