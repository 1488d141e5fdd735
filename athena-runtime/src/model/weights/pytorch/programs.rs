//! Names in pickles that only attacks use.

/// Python modules whose functions all start programs, load code or access the network.
const MODULES: [&str; 14] = [
    "subprocess",
    "_posixsubprocess",
    "pty",
    "runpy",
    "importlib",
    "imp",
    "ctypes",
    "_ctypes",
    "code",
    "marshal",
    "socket",
    "_socket",
    "webbrowser",
    "shutil",
];

/// Functions of other modules that do so.
const NAMES: [(&[&str], &[&str]); 3] = [
    (
        &["os", "posix", "nt"],
        &[
            "system",
            "popen",
            "exec",
            "spawn",
            "fork",
            "posix_spawn",
            "startfile",
            "kill",
            "remove",
            "unlink",
            "rmdir",
            "removedirs",
            "rename",
            "replace",
            "truncate",
            "open",
            "chmod",
            "symlink",
            "link",
            "putenv",
        ],
    ),
    (&["builtins", "__builtin__"], &["eval", "exec", "compile", "open", "__import__", "input", "breakpoint"]),
    (
        &["pickle", "_pickle", "cPickle", "torch", "torch.serialization", "torch.hub", "torch.jit"],
        &["load", "Unpickler", "_Unpickler"],
    ),
];

/// Whether Python would start a program, load code or change files if it called this name. Nothing is called here, but such a
/// file is an attack, and its weights should not be trusted either.
pub fn attacks(module: &str, name: &str) -> bool {
    let package = module.split('.').next().unwrap_or_default();
    let named = |&(modules, names): &(&[&str], &[&str])| {
        modules.contains(&module) && names.iter().any(|begin| name.starts_with(begin))
    };
    MODULES.contains(&package) || NAMES.iter().any(named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_from_objects() {
        for (module, name) in [
            ("os", "system"),
            ("posix", "system"),
            ("nt", "execv"),
            ("builtins", "eval"),
            ("__builtin__", "exec"),
            ("subprocess", "Popen"),
            ("importlib.machinery", "SourceFileLoader"),
            ("torch.hub", "load"),
            ("_pickle", "loads"),
        ] {
            assert!(attacks(module, name), "{module}.{name}");
        }
        for (module, name) in [
            ("os", "stat_result"),
            ("builtins", "set"),
            ("builtins", "getattr"),
            ("__builtin__", "complex"),
            ("torch", "Size"),
            ("torch", "device"),
            ("pathlib", "PosixPath"),
            ("argparse", "Namespace"),
            ("torch.optim.lr_scheduler", "LambdaLR"),
            ("codecs", "encode"),
            ("codename", "eval"),
        ] {
            assert!(!attacks(module, name), "{module}.{name}");
        }
    }
}
