//! `data/settings.json`: what people set for the party. Read at start, written at every change.

use super::{atomic, data_lock::DataLock};
use crate::party::settings;
use maribro_contract::wire::PartySettings;
use serde_json::Value;
use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// The settings' file.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    path: PathBuf,
    /// Held before anything is written or moved.
    lock: DataLock,
}

impl SettingsFile {
    /// The file in this data folder, whose lock this is.
    pub fn in_folder(folder: &Path, lock: DataLock) -> Self {
        Self { path: folder.join("settings.json"), lock }
    }

    /// Reads the settings; what is missing or wrong in the file is as nobody had set it. A file that is no JSON is moved
    /// aside, so that the next change does not overwrite it.
    ///
    /// # Errors
    /// The file cannot be read or moved.
    pub fn load(&self) -> io::Result<PartySettings> {
        let text = match fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(settings::defaults()),
            Err(error) => return Err(error),
        };
        match serde_json::from_slice::<Value>(&text) {
            Ok(value) => Ok(settings::read(&value)),
            Err(error) => {
                self.lock.hold()?;
                let aside = atomic::free_name(&self.path, "settings-unreadable");
                atomic::rename(&self.path, &aside)?;
                tracing::error!(%error, ?aside, "settings.json could not be read; it was moved aside");
                Ok(settings::defaults())
            }
        }
    }

    /// Writes the settings; durable when this returns.
    ///
    /// # Errors
    /// Any I/O error; the file is as it was then.
    pub fn save(&self, settings: &PartySettings) -> io::Result<()> {
        self.lock.hold()?;
        atomic::write(&self.path, &serde_json::to_vec_pretty(settings)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use maribro_contract::wire::QueueMode;

    fn in_folder(folder: &Path) -> SettingsFile {
        SettingsFile::in_folder(folder, DataLock::of_folder(folder))
    }

    #[test]
    fn what_was_set_is_there_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(in_folder(folder.path()).load().unwrap(), settings::defaults());
        let hidden_games = vec!["a".into()];
        let set = PartySettings { length_factor: 1.5, vote_sec: 5, queue_mode: QueueMode::WinnerStays, hidden_games };
        let file = in_folder(folder.path());
        file.save(&set).unwrap();
        assert_eq!(file.load().unwrap(), set);
    }

    #[test]
    fn a_file_that_is_no_json_is_kept_beside_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = in_folder(folder.path());
        fs::write(folder.path().join("settings.json"), "{\"voteSec\": 5").unwrap();
        assert_eq!(file.load().unwrap(), settings::defaults());
        file.save(&settings::defaults()).unwrap();
        let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let aside: Vec<String> = names.filter(|name| name.starts_with("settings-unreadable")).collect();
        assert_eq!(aside.len(), 1);
        assert_eq!(fs::read_to_string(folder.path().join(&aside[0])).unwrap(), "{\"voteSec\": 5");
    }
}
