//! Names that have no honest place in a checkpoint.

/// Modules of Python all of whose names start programs, load code or reach the network.
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

/// Names of other modules that do.
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

/// Whether Python would start a program, load code or change files, if it called this name. Nothing is ever called here; but a file that is made
/// to do so is an attack, and its weights are not to be trusted either.
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
