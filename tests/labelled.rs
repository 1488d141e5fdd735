//! The class that the example `imagenet` reads for each photograph of a labelled folder.

#[path = "../examples/imagenet/classes.rs"]
#[allow(dead_code, reason = "the example says names")]
mod classes;
#[path = "../examples/common/console.rs"]
#[allow(dead_code, reason = "only its errors are needed")]
mod console;
#[path = "../examples/common/folder.rs"]
mod folder;
#[path = "../examples/imagenet/labelled.rs"]
mod labelled;

use std::fs;

use classes::Classes;
use labelled::photographs;
use tempfile::TempDir;

const CLASSES: usize = 1000;

/// A folder with these files. Files without contents are empty.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// The names and classes of the photographs, or the error.
fn found(folder: &TempDir, classes: &Classes) -> Result<Vec<(String, usize)>, String> {
    let name = |path: &std::path::Path| path.strip_prefix(folder.path()).unwrap().to_string_lossy().into_owned();
    let photographs = photographs(folder.path(), classes).map_err(|error| error.to_string())?;
    Ok(photographs.iter().map(|(path, class)| (name(path), *class)).collect())
}

fn pairs(expected: &[(&str, usize)]) -> Vec<(String, usize)> {
    expected.iter().map(|&(name, class)| (name.to_owned(), class)).collect()
}

/// Lines `n00000000 thing 0`, `n00000001 thing 1`, ...
fn read(line: impl Fn(usize) -> String) -> Classes {
    let lines: Vec<String> = (0..CLASSES).map(line).collect();
    let folder = folder(&[("classes.txt", &lines.join("\n"))]);
    Classes::read(&folder.path().join("classes.txt")).unwrap()
}

#[test]
fn a_table_lists_files_and_classes() {
    let table = "name,class,file\nb,7,b.jpg\n\"a, of sorts\",999,x/a.jpg\n";
    let data = folder(&[("labels.csv", table), ("5/ignored.jpg", "")]);
    assert_eq!(found(&data, &Classes::default()).unwrap(), pairs(&[("b.jpg", 7), ("x/a.jpg", 999)]));
    for (table, message) in [
        ("file,label\na.jpg,1\n", "there is no column `class`"),
        ("file,class\na.jpg,1000\n", "`a.jpg` has the class `1000`, which is none of 0 to 999"),
        ("file,class\na.jpg,tench\n", "`a.jpg` has the class `tench`"),
        ("file,class\na.jpg\n", "labels.csv"),
        ("file,class\n", "there are no photographs"),
    ] {
        let error = found(&folder(&[("labels.csv", table)]), &Classes::default()).unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn a_sub_folder_is_named_by_index_id_or_name() {
    let files =
        [("12/b.jpg", ""), ("12/a.png", ""), ("12/.hidden", ""), ("n00000003/c.jpg", ""), ("thing 4/d.jpg", "")];
    let data = folder(&files);
    let classes = read(|i| format!("n{i:08} thing {i}"));
    let expected = [("12/a.png", 12), ("12/b.jpg", 12), ("n00000003/c.jpg", 3), ("thing 4/d.jpg", 4)];
    assert_eq!(found(&data, &classes).unwrap(), pairs(&expected));
    assert_eq!(classes.name(4), "thing 4");
    assert_eq!(Classes::default().name(4), "class 4");
    let error = found(&data, &read(|i| format!("thing {i}"))).unwrap_err();
    assert!(error.contains("n00000003`? pass `--classes FILE` with lines such as `n01440764 tench`"), "{error}");
    for name in ["thing 5000", "1000", "-1"] {
        let error = found(&folder(&[(&format!("{name}/a.jpg"), "")]), &classes).unwrap_err();
        assert!(error.contains(&format!("{name}`? name it by the class's index (0 to 999)")), "{error}");
    }
}

#[test]
fn all_thousand_ids_need_no_list() {
    let names: Vec<String> = (0..CLASSES).map(|i| format!("n{:08}/photo.jpg", 7 * i)).collect();
    let data = folder(&names.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>());
    let found = found(&data, &Classes::default()).unwrap();
    assert_eq!(found, names.into_iter().zip(0..).collect::<Vec<_>>());
}

#[test]
fn a_folder_without_labels_says_what_is_needed() {
    let error = found(&folder(&[("a.jpg", "")]), &Classes::default()).unwrap_err();
    assert!(
        error.contains("has neither a `labels.csv` (columns `file`, `class`) nor a sub-folder for each class"),
        "{error}"
    );
    let few = folder(&[("classes.txt", "one\ntwo\n")]);
    let error = Classes::read(&few.path().join("classes.txt")).unwrap_err().to_string();
    assert!(error.contains("names 2 classes, one a line, but the network tells 1000 apart"), "{error}");
    assert!(Classes::read(few.path()).unwrap_err().to_string().starts_with("cannot read"));
}

/// A list of classes or a table that is an endless device or a pipe is refused, with its name.
#[cfg(unix)]
#[test]
fn pipes_devices_and_endless_lists_are_refused() {
    let data = folder(&[("classes.txt", &"a\n".repeat(1 << 20)), ("3/a.jpg", "")]);
    let long = Classes::read(&data.path().join("classes.txt")).unwrap_err().to_string();
    assert!(long.contains("classes.txt") && long.contains("at most 1048576 bytes"), "{long}");
    let endless = Classes::read(std::path::Path::new("/dev/zero")).unwrap_err().to_string();
    assert!(endless.contains("`/dev/zero`") && endless.contains("a character device"), "{endless}");
    let table = data.path().join("labels.csv");
    assert!(std::process::Command::new("mkfifo").arg(&table).status().unwrap().success());
    let error = found(&data, &Classes::default()).unwrap_err();
    assert!(error.contains("labels.csv") && error.contains("a named pipe (FIFO)"), "{error}");
}
