//! The zip archive around a checkpoint: finds the places of its records.

use super::Record;
use crate::error::Error;
use crate::model::weights::file::WeightFile;
use crate::model::weights::name::Name;
use rawzip::{CompressionMethod, ErrorKind, RECOMMENDED_BUFFER_SIZE, ZipArchive};
use std::collections::HashMap;
use std::io;

/// The largest number of records in an archive. `torch.save` writes one per tensor and a few more.
const MOST_RECORDS: usize = 100_000;

/// The records of an archive. They lie within the file and do not overlap.
#[derive(Debug)]
pub struct Archive {
    records: HashMap<String, Record>,
    /// The folder that contains all records of `torch.save`, with its slash.
    folder: String,
}

impl Archive {
    pub fn open(file: &WeightFile) -> Result<Self, Error> {
        let told = |error: rawzip::Error| match error.into_kind() {
            // The offsets are outside the file, or overflow.
            ErrorKind::IO(source)
                if matches!(source.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput) =>
            {
                file.damaged("its zip archive is damaged: something in it should lie beyond the file".to_owned())
            }
            ErrorKind::IO(source) => file.unreadable(source),
            kind => file.damaged(format!("its zip archive is damaged: {}", kind.to_string().to_lowercase())),
        };
        let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
        let archive = ZipArchive::from_file(file.another_handle()?, &mut buffer).map_err(told)?;
        let mut found = Vec::new();
        let mut entries = archive.entries(&mut buffer);
        while let Some(entry) = entries.next_entry().map_err(told)? {
            let name = String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned();
            let damaged = |what| Err(file.damaged(format!("its record `{}` {what}", Name(&name))));
            let plain = entry.compression_method() == CompressionMethod::STORE && !entry.flags().is_encrypted();
            if plain && entry.compressed_size_hint() != entry.uncompressed_size_hint() {
                return damaged("is stored, but with two different sizes");
            }
            if found.len() == MOST_RECORDS {
                return damaged("is one too many for weights");
            }
            let (start, end) = archive.get_entry(entry.wayfinder()).map_err(told)?.compressed_data_range();
            if end > file.len() {
                return damaged("ends beyond the file");
            }
            // If checksums are turned off, the writer leaves 0.
            let crc = Some(entry.crc32()).filter(|&crc| crc != 0);
            found.push((name, Record { start, len: end - start, crc, plain }));
        }
        let said = archive.entries_hint();
        if said != found.len() as u64 {
            return Err(
                file.damaged(format!("its zip archive says that it has {said} records, but has {}", found.len()))
            );
        }
        Self::of(found).map_err(|reason| file.damaged(reason))
    }

    fn of(mut found: Vec<(String, Record)>) -> Result<Self, String> {
        found.sort_by_key(|(_, record)| (record.start, record.len));
        for pair in found.windows(2) {
            let [(name, record), (next, after)] = pair else { continue };
            if record.start + record.len > after.start {
                return Err(format!("its records `{}` and `{}` overlap", Name(name), Name(next)));
            }
        }
        let pickle = found.iter().filter(|(name, _)| name.ends_with("data.pkl")).min_by_key(|(name, _)| name.len());
        let folder = pickle.map_or("", |(name, _)| name.strip_suffix("data.pkl").unwrap_or_default()).to_owned();
        let mut records = HashMap::with_capacity(found.len());
        for (name, record) in found {
            if records.contains_key(&name) {
                return Err(format!("its record `{}` is there twice", Name(&name)));
            }
            records.insert(name, record);
        }
        Ok(Self { records, folder })
    }

    /// The record of this name, in the archive's folder.
    pub fn get(&self, name: &str) -> Option<&Record> {
        self.records.get(&format!("{}{name}", self.folder))
    }
}
