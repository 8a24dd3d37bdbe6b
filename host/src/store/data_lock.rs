//! One host a data folder: two would overwrite each other's scores.
//!
//! The system holds the lock, so it ends with the process however that ends; the file stays and means nothing by
//! itself. Where the file cannot be made (a disk that is full or read-only) nothing can be saved either: the lock is
//! asked for again before each save.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

/// Name of the file that is locked.
const FILE_NAME: &str = "host.lock";

/// The lock of one data folder; all clones are the same one.
#[derive(Debug, Clone)]
pub struct DataLock {
    path: PathBuf,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
enum State {
    Free,
    /// Locked as long as it is open.
    Held(File),
    /// Given up for good.
    Released,
}

impl DataLock {
    /// The lock of this folder, which nobody holds yet.
    pub fn of_folder(folder: &Path) -> Self {
        Self { path: folder.join(FILE_NAME), state: Arc::new(Mutex::new(State::Free)) }
    }

    /// Takes the lock, unless it is held by this very one. Makes the folder when it is not there.
    ///
    /// # Errors
    /// [`ErrorKind::ResourceBusy`] when another host has it; any other I/O error when it cannot be asked for.
    pub fn hold(&self) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Held(_) => Ok(()),
            State::Released => Err(io::Error::other("the host ends")),
            State::Free => {
                *state = State::Held(self.take()?);
                Ok(())
            }
        }
    }

    /// Gives the lock up for good: what would save after this fails.
    pub fn release(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // A child process that is just being started has the file open, too, so closing it here would not be enough.
        if let State::Held(file) = std::mem::replace(&mut *state, State::Released)
            && let Err(error) = file.unlock()
        {
            tracing::debug!(%error, "the lock of the data folder goes with its file");
        }
    }

    fn take(&self) -> io::Result<File> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        // Held open for reading only: so it can be had on a read-only disk, and lets a disk be made read-only.
        let file = match File::open(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                OpenOptions::new().write(true).create(true).truncate(false).open(&self.path)?;
                File::open(&self.path)
            }
            opened => opened,
        }?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(io::Error::new(ErrorKind::ResourceBusy, "another host has the data folder"));
            }
            // Some network file systems know no locks. The party must run there, too.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, path = ?self.path, "no lock here: a second host would not be noticed");
            }
        }
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_holds_it_until_it_is_released() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataLock::of_folder(&folder.path().join("made/on/demand"));
        let second = DataLock::of_folder(&folder.path().join("made/on/demand"));
        first.hold().unwrap();
        first.clone().hold().unwrap();
        assert_eq!(second.hold().unwrap_err().kind(), ErrorKind::ResourceBusy);
        first.release();
        second.hold().unwrap();
        assert!(first.hold().is_err());
    }

    #[test]
    fn a_file_that_a_starting_child_has_open_too_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataLock::of_folder(folder.path());
        first.hold().unwrap();
        let childs = match &*first.state.lock().unwrap() {
            State::Held(file) => file.try_clone().unwrap(),
            other => panic!("{other:?}"),
        };
        first.release();
        DataLock::of_folder(folder.path()).hold().unwrap();
        drop(childs);
    }

    #[test]
    fn a_folder_that_cannot_be_made_yet_is_locked_later() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("data"), "in the way").unwrap();
        let lock = DataLock::of_folder(&folder.path().join("data"));
        assert_ne!(lock.hold().unwrap_err().kind(), ErrorKind::ResourceBusy);
        fs::remove_file(folder.path().join("data")).unwrap();
        lock.hold().unwrap();
    }
}
