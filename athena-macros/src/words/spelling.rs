//! Looks up words in the tables of foreign words, without regard to case, underscores and endings.

/// The counterpart of a foreign word in a table.
pub fn lookup(table: &[(&str, &'static str)], plain: &str) -> Option<&'static str> {
    table.iter().find(|(foreign, _)| *foreign == plain).map(|(_, own)| *own)
}

/// In lower case, without underscores.
pub fn squeeze(written: &str) -> String {
    written.to_ascii_lowercase().replace('_', "")
}

/// Without case, underscores, dimensions and the endings of athena-fortran's types.
pub fn plain(written: &str) -> String {
    let mut plain = squeeze(written);
    for ending in ["config", "type", "layer", "block", "1d", "2d", "3d"] {
        if let Some(shorter) = plain.strip_suffix(ending).filter(|shorter| !shorter.is_empty()) {
            plain = shorter.to_string();
        }
    }
    plain
}
