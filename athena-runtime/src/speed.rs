//! What is to be said about this crate's speed.

/// Set where athena's kernels were compiled without optimisation, as in every `cargo build` without `--release`: the note that says so, and
/// the two lines of a `Cargo.toml` that change it. [`summary`](crate::model::Model::summary) and the first report of a training end with it.
///
/// ```
/// if let Some(note) = athena::SLOW_BUILD {
///     eprintln!("{note}");
/// }
/// ```
pub const SLOW_BUILD: Option<&str> = if cfg!(unoptimised) { Some(NOTE) } else { None };

const NOTE: &str = "note: athena-runtime was compiled without optimisation, which makes it some hundred times slower; build with `--release`, or \
                    put these two lines into Cargo.toml:\n\n    [profile.dev.package.athena-runtime]\n    opt-level = 3\n";
