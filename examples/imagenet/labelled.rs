//! Photographs whose classes are known.

use std::path::{Path, PathBuf};

use athena::data::Limits;

use crate::CLASSES;
use crate::classes::{Classes, is_id};
use crate::console::Outcome;
use crate::folder::{entries, name};

/// A photograph and its class.
pub type Labelled = (PathBuf, usize);

const TABLE: &str = "labels.csv";

/// The most bytes of a table: a million photographs with names of 60 letters.
const MOST: u64 = 64 << 20;

/// The photographs of a folder: those that its `labels.csv` lists, or those in its sub-folders, each named after its class.
pub fn photographs(folder: &Path, classes: &Classes) -> Outcome<Vec<Labelled>> {
    let table = folder.join(TABLE);
    let photographs = if table.exists() { listed(folder, &table)? } else { sorted_by_folder(folder, classes)? };
    if photographs.is_empty() {
        return Err(format!("there are no photographs in `{}`", folder.display()).into());
    }
    Ok(photographs)
}

/// From a table with the columns `file` and `class`.
fn listed(folder: &Path, table: &Path) -> Outcome<Vec<Labelled>> {
    let wrong = |what: String| format!("`{}`: {what}", table.display());
    let text = Limits::new().bytes(MOST).read(table)?;
    let mut reader = csv::Reader::from_reader(&text[..]);
    let header = reader.headers().map_err(|error| wrong(error.to_string()))?;
    let column = |name: &str| {
        let missing = || wrong(format!("there is no column `{name}`; `file` and `class` are needed"));
        header.iter().position(|column| column.trim() == name).ok_or_else(missing)
    };
    let (file, class) = (column("file")?, column("class")?);
    let mut photographs = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let (file, class) = (record.get(file).unwrap_or_default(), record.get(class).unwrap_or_default().trim());
        let index = class.parse().ok().filter(|&index| index < CLASSES);
        let index =
            index.ok_or_else(|| wrong(format!("`{file}` has the class `{class}`, which is none of 0 to 999")))?;
        photographs.push((folder.join(file), index));
    }
    Ok(photographs)
}

/// From sub-folders named after their classes.
fn sorted_by_folder(folder: &Path, classes: &Classes) -> Outcome<Vec<Labelled>> {
    let folders: Vec<PathBuf> = entries(folder)?.into_iter().filter(|path| path.is_dir()).collect();
    if folders.is_empty() {
        let folder = folder.display();
        return Err(format!(
            "`{folder}` has neither a `{TABLE}` (columns `file`, `class`) nor a sub-folder for each class"
        )
        .into());
    }
    let names: Vec<String> = folders.iter().map(|path| name(path)).collect();
    // ImageNet's own order of classes is that of their ids, so with all of them there no list is needed.
    let whole = folders.len() == CLASSES && names.iter().all(|name| is_id(name));
    let mut photographs = Vec::new();
    for (index, (path, name)) in folders.iter().zip(&names).enumerate() {
        let class = if whole { Some(index) } else { classes.find(name) };
        let class = class.ok_or_else(|| unknown(path, name))?;
        photographs.extend(entries(path)?.into_iter().filter(|path| !path.is_dir()).map(|path| (path, class)));
    }
    Ok(photographs)
}

fn unknown(path: &Path, name: &str) -> String {
    let way_out = if is_id(name) {
        "pass `--classes FILE` with lines such as `n01440764 tench`, or have a folder for each of the 1000 classes"
    } else {
        "name it by the class's index (0 to 999), its WordNet id, or its name in the file of `--classes`"
    };
    format!("which class is `{}`? {way_out}", path.display())
}
