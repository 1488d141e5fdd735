//! What is to be said about this crate's speed.

/// Set where athena's kernels were compiled with little optimisation or none, as in every `cargo build` without `--release`: the note that says
/// so, and the two lines of a `Cargo.toml` that change it. [`summary`](crate::model::Model::summary), the first report of a training and the
/// error of one that diverges end with it.
///
/// ```
/// if let Some(note) = athena::SLOW_BUILD {
///     eprintln!("{note}");
/// }
/// ```
pub const SLOW_BUILD: Option<&str> = if cfg!(unoptimised) { Some(NOTE) } else { None };

/// The note, if any, below a message.
pub(crate) fn note_below() -> String {
    SLOW_BUILD.map(|note| format!("\n{note}")).unwrap_or_default()
}

const NOTE: &str = "note: athena-runtime was compiled with little optimisation or none, which makes it twenty to a hundred times slower; build with `--release`, or \
                    put these two lines into Cargo.toml:\n\n    [profile.dev.package.athena-runtime]\n    opt-level = 3\n";
