//! `data/session.json`: read at start, written at every change, never lost.

use super::{atomic, data_lock::DataLock};
use crate::party::session;
use jiff::Timestamp;
use maribro_contract::wire::SessionState;
use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The newest session that the files hold.
#[derive(Debug)]
pub enum Loaded {
    /// There was none; this one is new.
    New(SessionState),
    /// The one from the file.
    Found(SessionState),
    /// The file could not be read; it was moved to `aside` and this session is new.
    MovedAside {
        /// The new session.
        session: SessionState,
        /// Where the unreadable file is now.
        aside: PathBuf,
        /// What was wrong with it.
        reason: String,
    },
}

/// The session's file.
#[derive(Debug, Clone)]
pub struct SessionFile {
    path: PathBuf,
    /// A file that nobody has read may be there: it is moved aside before the first save. Shared by all clones, so
    /// that it outlives whoever holds one.
    unread: Arc<AtomicBool>,
    /// Held before anything is written or moved.
    lock: DataLock,
}

impl SessionFile {
    /// The file in this data folder.
    pub fn in_folder(folder: &Path) -> Self {
        let lock = DataLock::of_folder(folder);
        Self { path: folder.join("session.json"), unread: Arc::new(AtomicBool::new(true)), lock }
    }

    /// The lock of its folder; shared by all clones.
    pub fn lock(&self) -> &DataLock {
        &self.lock
    }

    /// Reads the session; an unreadable file is moved aside, never overwritten.
    ///
    /// # Errors
    /// The folder cannot be made, another host has it, or the unreadable file cannot be moved.
    pub fn load(&self) -> io::Result<Loaded> {
        match self.lock.hold() {
            Err(error) if error.kind() == ErrorKind::ResourceBusy => return Err(error),
            // What cannot be written to may still be read.
            _ => {}
        }
        let loaded = self.read()?;
        self.unread.store(false, Ordering::Release);
        Ok(loaded)
    }

    fn read(&self) -> io::Result<Loaded> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Loaded::New(session::begin(&now()))),
            Err(error) => return self.move_aside(&error.to_string()),
        };
        match serde_json::from_slice::<SessionState>(&text) {
            Ok(state) if state.version != 1 => self.move_aside(&format!("version {} is not 1", state.version)),
            Ok(mut state) => {
                session::normalize(&mut state);
                Ok(Loaded::Found(state))
            }
            Err(error) => self.move_aside(&error.to_string()),
        }
    }

    /// Writes the session; durable when this returns. A file that could not be read before is moved aside first.
    ///
    /// # Errors
    /// Any I/O error; the file is as it was then.
    pub fn save(&self, state: &SessionState) -> io::Result<()> {
        self.lock.hold()?;
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        if self.unread.load(Ordering::Acquire) {
            self.move_out_of_the_way()?;
            self.unread.store(false, Ordering::Release);
        }
        atomic::write(&self.path, &serde_json::to_vec_pretty(state)?)
    }

    /// Keeps this session as a dated file beside the session's.
    ///
    /// # Errors
    /// Any I/O error.
    pub fn archive(&self, state: &SessionState) -> io::Result<PathBuf> {
        self.lock.hold()?;
        let path = atomic::free_name(&self.path, "session");
        atomic::write(&path, &serde_json::to_vec_pretty(state)?)?;
        Ok(path)
    }

    /// Moves a file that nobody has read aside, if there is one.
    fn move_out_of_the_way(&self) -> io::Result<()> {
        match fs::symlink_metadata(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(_) => atomic::rename(&self.path, &atomic::free_name(&self.path, "session-unreadable")),
        }
    }

    fn move_aside(&self, reason: &str) -> io::Result<Loaded> {
        let aside = atomic::free_name(&self.path, "session-unreadable");
        atomic::rename(&self.path, &aside)?;
        Ok(Loaded::MovedAside { session: session::begin(&now()), aside, reason: reason.to_owned() })
    }
}

/// The present moment as the wire has it: ISO 8601 UTC, whole milliseconds.
pub fn now() -> String {
    iso(Timestamp::now())
}

/// A moment as the wire has it: ISO 8601 UTC, whole milliseconds.
pub fn iso(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set_aside(folder: &Path) -> Vec<PathBuf> {
        let all = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.to_string_lossy().contains("session-unreadable")).collect()
    }

    #[test]
    fn what_was_saved_is_loaded() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::in_folder(&folder.path().join("made/on/demand"));
        let Loaded::New(mut state) = file.load().unwrap() else { panic!("there was a file") };
        state.unknown.insert("mood".into(), "great".into());
        file.save(&state).unwrap();
        let Loaded::Found(found) = file.load().unwrap() else { panic!("not found") };
        assert_eq!(found, state);
    }

    #[test]
    fn an_unreadable_file_is_moved_aside_and_kept_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::in_folder(folder.path());
        for junk in [&b"{\"version\":1,\"half"[..], b"", b"\xff\xfe\x00", b"[]"] {
            fs::write(folder.path().join("session.json"), junk).unwrap();
            let Loaded::MovedAside { aside, .. } = file.load().unwrap() else { panic!("read {junk:?}") };
            assert_eq!(fs::read(&aside).unwrap(), junk);
        }
        assert_eq!(set_aside(folder.path()).len(), 4, "each under a name of its own");
    }

    #[test]
    fn a_file_that_was_never_read_is_moved_aside_before_the_first_save() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("session.json"), "precious").unwrap();
        let file = SessionFile::in_folder(folder.path());
        file.save(&session::begin("now")).unwrap();
        file.save(&session::begin("later")).unwrap();
        let kept = set_aside(folder.path());
        assert_eq!(kept.len(), 1);
        assert_eq!(fs::read_to_string(&kept[0]).unwrap(), "precious");
    }

    #[test]
    fn timestamps_are_iso_8601_utc() {
        let moment = Timestamp::from_millisecond(1_795_000_000_007).unwrap();
        assert_eq!(iso(moment), "2026-11-18T11:06:40.007Z");
    }
}

#[cfg(test)]
#[path = "session_file_properties.rs"]
mod properties;
