//! The note about slow builds.

/// A note that athena's kernels were compiled with little or no optimisation, as in every `cargo build` without `--release`, with the two lines
/// of `Cargo.toml` that change it; `None` otherwise. [`summary`](crate::model::Model::summary), the first report of a training and the
/// `Debug` of the error of a training that diverges end with it.
///
/// ```
/// if let Some(note) = athena::SLOW_BUILD {
///     eprintln!("{note}");
/// }
/// ```
pub const SLOW_BUILD: Option<&str> = if cfg!(unoptimised) { Some(NOTE) } else { None };

const NOTE: &str = "note: athena-runtime was compiled with little optimisation or none, which makes it twenty to a hundred times slower; build with `--release`, or \
                    put these two lines into Cargo.toml:\n\n    [profile.dev.package.athena-runtime]\n    opt-level = 3\n";
