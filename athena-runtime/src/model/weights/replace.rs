//! Writes files atomically: a file is complete, or unchanged.

use std::fs::{self, File, Metadata, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// The largest number of symbolic links that are followed, as in Linux.
const MOST_LINKS: usize = 40;

/// The prefix of the names of temporary files. They do not contain the name of the target, so they are never too long.
const PREFIX: &str = ".athena-";
const SUFFIX: &str = ".tmp";

/// A temporary file that has not changed for this long was left behind by a crash, since no write takes a day.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// Like `fs::write`, but atomic. It follows symbolic links, and an existing file keeps its mode and, if permitted, its owner and
/// group. When it returns, the contents are on the disk.
///
/// Unlike `fs::write`, it must be able to create a file in the folder, and other hard links to the file keep the old contents.
///
/// # Errors
/// Those of `fs::write`. The target is not a regular file.
pub(crate) fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let (target, before) = target(path)?;
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    remove_stale(folder);
    put(&target, folder, before.as_ref(), contents)?;
    // The file is complete here. Not all systems can synchronise a folder, so an error is ignored.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Writes a new file and renames it to the target. After an error the new file is removed.
fn put(target: &Path, folder: &Path, before: Option<&Metadata>, contents: &[u8]) -> io::Result<()> {
    let (temporary, file) = create(folder, before.is_some())?;
    let written = fill(file, contents, before).and_then(|()| fs::rename(&temporary, target));
    if written.is_err() {
        // The error of the write is returned, not one of this removal.
        let _ = fs::remove_file(&temporary);
    }
    written
}

/// The path behind all symbolic links, and the metadata of what is there.
fn target(path: &Path) -> io::Result<(PathBuf, Option<Metadata>)> {
    let (asked, mut path) = (path, path.to_owned());
    for _ in 0..=MOST_LINKS {
        if path.file_name().is_none() {
            return refused("this is not a file name");
        }
        let found = match fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Links such as `/dev/stdout` lead to something, but the name that they give may not exist.
                return fs::metadata(asked).map_or(Ok(()), |found| check_kind(&found)).map(|()| (path, None));
            }
            Err(error) => return Err(error),
        };
        if found.is_symlink() {
            let link = fs::read_link(&path)?;
            path = path.parent().unwrap_or(Path::new("")).join(link);
        } else {
            check_kind(&found)?;
            // A file without write permission is refused, although it could be replaced.
            OpenOptions::new().write(true).open(&path)?;
            return Ok((path, Some(found)));
        }
    }
    refused("these symbolic links lead in a circle, or are too many")
}

fn check_kind(found: &Metadata) -> io::Result<()> {
    if found.is_file() {
        Ok(())
    } else if found.is_dir() {
        refused("this is a directory; name a file in it")
    } else {
        refused("this is a pipe, a socket or a device; name a regular file")
    }
}

fn refused<T>(what: &str) -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::InvalidInput, what))
}

/// Creates a new file. If `private`, no one else may open it until it gets its final mode.
fn create(folder: &Path, private: bool) -> io::Result<(PathBuf, File)> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = private;
    let mut tries = 0;
    loop {
        let random = RandomState::new().hash_one((SystemTime::now(), tries));
        let path = folder.join(format!("{PREFIX}{random:016x}{SUFFIX}"));
        match options.open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < 100 => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Sets owner, group and mode first, so that no one can read the new contents who could not read the old ones; then writes the contents.
fn fill(mut file: File, contents: &[u8], before: Option<&Metadata>) -> io::Result<()> {
    if let Some(before) = before {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, fchown};
            // A user may set a group that they belong to; only the superuser may change the owner.
            let _ = fchown(&file, None, Some(before.gid()));
            let _ = fchown(&file, Some(before.uid()), None);
        }
        file.set_permissions(before.permissions())?;
    }
    file.write_all(contents)?;
    file.sync_all()
}

/// Removes temporary files that crashes left behind, if permitted.
fn remove_stale(folder: &Path) {
    let is_stale = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        let own = name.to_str().is_some_and(|name| {
            name.len() == PREFIX.len() + 16 + SUFFIX.len() && name.starts_with(PREFIX) && name.ends_with(SUFFIX)
        });
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        own && age().is_some_and(|age| age > STALE)
    };
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten().filter(is_stale) {
        let _ = fs::remove_file(entry.path());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the test's own, gone with it.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let random = RandomState::new().hash_one(SystemTime::now());
            let path = std::env::temp_dir().join(format!("athena-replace-{random:x}"));
            fs::create_dir(&path).unwrap();
            Self(path)
        }

        fn file(&self, name: &str) -> PathBuf {
            self.0.join(name)
        }

        fn names(&self) -> Vec<String> {
            let mut names: Vec<_> =
                fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_is_left() {
        let folder = Folder::new();
        let file = folder.file("net.safetensors");
        for contents in ["one", "another"] {
            replace(&file, contents.as_bytes()).unwrap();
            assert_eq!(fs::read(&file).unwrap(), contents.as_bytes());
        }
        assert_eq!(folder.names(), ["net.safetensors"]);
    }

    /// 255 bytes are the most that file systems take.
    #[test]
    fn a_name_may_be_as_long_as_any() {
        let folder = Folder::new();
        for length in [245, 255] {
            replace(&folder.file(&"n".repeat(length)), b"contents").unwrap();
        }
        assert!(replace(&folder.file(&"n".repeat(256)), b"contents").is_err());
        assert_eq!(folder.names().len(), 2);
    }

    #[test]
    fn a_directory_is_refused_and_so_is_what_names_none() {
        let folder = Folder::new();
        assert!(replace(&folder.0, b"contents").unwrap_err().to_string().contains("directory"));
        assert!(replace(Path::new(""), b"contents").is_err());
        assert!(replace(&folder.file("none/net"), b"contents").is_err());
        assert!(folder.names().is_empty());
    }

    /// What containers do that share a volume: all at once, each as process 1.
    #[test]
    fn many_may_write_one_file_at_a_time() {
        let folder = Folder::new();
        let file = folder.file("net");
        std::thread::scope(|scope| {
            for number in 0..8_u8 {
                let file = &file;
                scope.spawn(move || (0..20).for_each(|_| replace(file, &[number; 5000]).unwrap()));
            }
        });
        let contents = fs::read(&file).unwrap();
        assert_eq!(contents, vec![contents[0]; 5000]);
        assert_eq!(folder.names(), ["net"]);
    }

    #[test]
    fn only_temporary_files_of_long_ago_are_removed() {
        let folder = Folder::new();
        let names = [".athena-0123456789abcdef.tmp", ".athena-0123456789abcde0.tmp", ".athena-mine.tmp", "net.1-0.tmp"];
        for name in names {
            let file = File::create(folder.file(name)).unwrap();
            let age = if name.contains("cdef") || !name.contains("0123") { 25 } else { 23 };
            file.set_modified(SystemTime::now() - Duration::from_secs(age * 60 * 60)).unwrap();
        }
        replace(&folder.file("net"), b"contents").unwrap();
        assert_eq!(folder.names(), [".athena-0123456789abcde0.tmp", ".athena-mine.tmp", "net", "net.1-0.tmp"]);
    }

    #[cfg(unix)]
    mod on_unix {
        use super::*;
        use std::os::unix::fs::{PermissionsExt, symlink};
        use std::process::Command;

        fn mode(path: &Path) -> u32 {
            fs::metadata(path).unwrap().permissions().mode() & 0o7777
        }

        #[test]
        fn a_file_that_gets_a_mode_later_is_private_until_then() {
            let folder = Folder::new();
            let (path, _) = create(&folder.0, true).unwrap();
            assert_eq!(mode(&path), 0o600);
        }

        /// No file can be renamed to a directory.
        #[test]
        fn nothing_is_left_where_the_last_step_fails() {
            let folder = Folder::new();
            fs::create_dir(folder.file("net")).unwrap();
            assert!(put(&folder.file("net"), &folder.0, None, b"contents").is_err());
            assert_eq!(folder.names(), ["net"]);
        }

        #[test]
        fn links_are_followed_and_stay() {
            let folder = Folder::new();
            fs::create_dir(folder.file("real")).unwrap();
            symlink("real/net", folder.file("second")).unwrap();
            symlink("second", folder.file("first")).unwrap();
            // The first time they lead to nothing.
            for contents in [b"one", b"two"] {
                replace(&folder.file("first"), contents).unwrap();
                assert_eq!(fs::read(folder.file("real/net")).unwrap(), contents);
                assert!(["first", "second"].iter().all(|link| folder.file(link).is_symlink()));
            }
            symlink("circle", folder.file("circle")).unwrap();
            assert!(replace(&folder.file("circle"), b"contents").unwrap_err().to_string().contains("circle"));
        }

        #[test]
        fn a_mode_is_kept_and_a_new_file_has_the_usual_one() {
            let folder = Folder::new();
            let (file, usual) = (folder.file("net"), folder.file("usual"));
            fs::write(&usual, b"").unwrap();
            replace(&file, b"new").unwrap();
            assert_eq!(mode(&file), mode(&usual));
            for kept in [0o600, 0o664, 0o640] {
                fs::set_permissions(&file, fs::Permissions::from_mode(kept)).unwrap();
                replace(&file, b"again").unwrap();
                assert_eq!(mode(&file), kept);
            }
        }

        #[test]
        fn pipes_and_devices_are_refused_and_stay() {
            let folder = Folder::new();
            let pipe = folder.file("pipe");
            assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
            symlink("pipe", folder.file("link")).unwrap();
            // As `/dev/stdout` of a program whose output is piped: the link's own name leads nowhere.
            let (reader, _writer) = std::io::pipe().unwrap();
            let piped = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&reader));
            let piped = cfg!(target_os = "linux").then(|| PathBuf::from(piped));
            for path in [pipe, folder.file("link"), "/dev/null".into()].into_iter().chain(piped) {
                let error = replace(&path, b"contents").unwrap_err().to_string();
                assert!(error.contains("regular file"), "{error}");
                assert!(!fs::metadata(&path).unwrap().is_file());
            }
            assert_eq!(folder.names(), ["link", "pipe"]);
        }
    }
}
