//! The numbers of the pads on disk, `data/pads.json`: a daemon that was killed in the middle of a round and started again
//! gives each pad its old number, in whatever order the system tells of them.
//!
//! What cannot be read is as good as nothing: a pad with a new number is a nuisance, a daemon that does not start is worse.

use crate::model::{FIRST_NUMBER, MAX_PADS, identity::Known};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, Sender, channel},
    thread::{self, JoinHandle},
};

/// Name of the file in the data folder.
pub const FILE: &str = "pads.json";
/// Version of its form.
const VERSION: u32 = 1;
/// Largest file that is read: 16 pads have some 4 KB.
const MAX_BYTES: u64 = 64 * 1024;
/// Longest serial, make or path that is kept, in bytes.
const MAX_TEXT: usize = 512;
/// As those of the host, which removes what a killed daemon leaves.
const TEMP_NAME: (&str, &str) = (".maribro-", ".tmp");

/// Where the numbers are kept.
#[derive(Debug)]
pub struct PadsFile {
    /// What was there at the start, the pad that is gone longest first.
    pub known: Vec<Known>,
    writer: Option<Writer>,
}

#[derive(Debug)]
struct Writer {
    last: Vec<Known>,
    queue: Sender<Vec<Known>>,
    thread: JoinHandle<()>,
}

#[derive(Serialize, Deserialize)]
struct Document<P> {
    version: u32,
    pads: Vec<P>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    number: u16,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    serial: Option<String>,
    guid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

impl PadsFile {
    /// Reads the file of a data folder. `kept`: writes into it later.
    #[must_use]
    pub fn open(folder: &Path, kept: bool) -> Self {
        let path = folder.join(FILE);
        let known = read(&path);
        let writer = kept.then(|| {
            let (queue, waiting) = channel();
            // The disk may take its time; the thread of the pads has none.
            let thread = thread::spawn(move || write_on(&path, &waiting));
            Writer { last: known.clone(), queue, thread }
        });
        Self { known, writer }
    }

    /// Has the numbers written, if they are others than those before.
    pub fn keep(&mut self, known: Vec<Known>) {
        if let Some(writer) = &mut self.writer
            && writer.last != known
        {
            writer.last.clone_from(&known);
            // The other end goes away with this one.
            writer.queue.send(known).ok();
        }
    }
}

impl Drop for PadsFile {
    fn drop(&mut self) {
        if let Some(Writer { queue, thread, .. }) = self.writer.take() {
            drop(queue);
            if thread.join().is_err() {
                tracing::warn!("the numbers of the pads may not have been kept");
            }
        }
    }
}

fn write_on(path: &Path, waiting: &Receiver<Vec<Known>>) {
    let mut told = false;
    while let Ok(mut known) = waiting.recv() {
        while let Ok(newer) = waiting.try_recv() {
            known = newer;
        }
        match write(path, &known) {
            Ok(()) => told = false,
            Err(error) if !std::mem::replace(&mut told, true) => {
                tracing::warn!(%error, path = %path.display(), "the numbers of the pads cannot be kept");
            }
            Err(_) => {}
        }
    }
}

/// The pads of a file; none if there is none, or if it is no such file.
fn read(path: &Path) -> Vec<Known> {
    let read = || -> io::Result<Vec<Known>> {
        let mut text = String::new();
        File::open(path)?.take(MAX_BYTES).read_to_string(&mut text)?;
        let document: Document<Value> = serde_json::from_str(&text)?;
        Ok(understood(document.pads))
    };
    match read() {
        Ok(known) => known,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => {
            tracing::info!(%error, path = %path.display(), "the numbers of the pads cannot be read; they begin anew");
            Vec::new()
        }
    }
}

/// Those that make sense, each number once.
fn understood(entries: Vec<Value>) -> Vec<Known> {
    let mut taken = HashSet::new();
    let entries = entries.into_iter().filter_map(|entry| serde_json::from_value::<Entry>(entry).ok());
    let known = entries.filter_map(|Entry { number, serial, guid, path }| {
        let place = usize::from(number.checked_sub(FIRST_NUMBER)?);
        let is_short = [serial.as_ref(), Some(&guid), path.as_ref()].into_iter().flatten().all(|t| t.len() <= MAX_TEXT);
        (place < MAX_PADS && is_short && taken.insert(place)).then_some(Known { place, serial, guid, path })
    });
    known.collect()
}

fn write(path: &Path, known: &[Known]) -> io::Result<()> {
    let entry = |known: &Known| {
        let Known { place, serial, guid, path } = known.clone();
        Entry { number: FIRST_NUMBER + u16::try_from(place).unwrap_or(0), serial, guid, path }
    };
    let document = Document { version: VERSION, pads: known.iter().map(entry).collect() };
    let folder: PathBuf = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    fs::create_dir_all(&folder)?;
    let mut temp = tempfile::Builder::new().prefix(TEMP_NAME.0).suffix(TEMP_NAME.1).tempfile_in(&folder)?;
    temp.write_all(&serde_json::to_vec(&document)?)?;
    temp.as_file().sync_all()?;
    temp.persist(path).map_err(|error| error.error)?;
    File::open(&folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(place: usize, serial: Option<&str>) -> Known {
        let path = if serial.is_some() { None } else { Some(format!("/dev/{place}")) };
        Known { place, serial: serial.map(str::to_owned), guid: "g".to_owned(), path }
    }

    #[test]
    fn what_was_kept_is_there_again_in_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let pads = vec![known(3, Some("b")), known(0, Some("a")), known(1, None)];
        let mut file = PadsFile::open(&data, true);
        assert_eq!(file.known, []);
        file.keep(vec![known(0, Some("a"))]);
        file.keep(pads.clone());
        drop(file);
        assert_eq!(PadsFile::open(&data, false).known, pads);
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "nothing is left beside it");
        PadsFile::open(&data, false).keep(Vec::new());
        assert_eq!(PadsFile::open(&data, false).known, pads, "who only looks writes nothing");
    }

    #[test]
    fn what_makes_no_sense_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        for text in ["", "{", "[]", "null", r#"{"version":1}"#, "\u{0}", &"x".repeat(100_000)] {
            fs::write(&path, text).unwrap();
            assert_eq!(read(&path), [], "{text:.20}");
        }
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert_eq!(read(&path), []);
        let long = "x".repeat(MAX_TEXT + 1);
        let pads = format!(
            r#"[7, null, {{"number": 99, "guid": "g"}}, {{"number": 116, "guid": "g"}}, {{"number": -1, "guid": "g"}},
                {{"number": 102, "guid": "{long}"}}, {{"number": 101, "guid": "g", "serial": "a", "more": true}},
                {{"number": 101, "guid": "g", "serial": "again"}}, {{"number": 103}}]"#
        );
        fs::write(&path, format!(r#"{{"version": 9, "pads": {pads}, "more": 1}}"#)).unwrap();
        assert_eq!(read(&path), [known(1, Some("a"))]);
    }
}
