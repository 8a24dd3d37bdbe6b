//! Revisions of games: every state that an upload, a rollback or a removal took off the shelf lies under
//! `revisions/<id>/<number>.html`, and any of them can come back.
//!
//! Numbers only grow. The state on the shelf has the number of the kept file that it is equal to (same time, same size:
//! it came back from there), else the next one. So nothing has to be written down beside the files themselves.

use super::{
    atomic,
    games_folder::{EXTENSION, GamesFolder, modified},
};
use crate::error::Error;
use maribro_contract::wire::Revision;
use std::{
    fs::{self, File},
    io,
    path::PathBuf,
    time::{Duration, SystemTime},
};

/// Kept states of one game; of more the oldest are dropped, so that no upload in a loop can fill the disk.
pub const MAX_KEPT: usize = 30;

/// Digits of a number in a file's name.
const DIGITS: usize = 5;

/// What is known of a game's states.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Revisions {
    /// The number of the state on the shelf; `None` for a game that was removed.
    pub current: Option<u32>,
    /// Every kept state and the one on the shelf, oldest first.
    pub all: Vec<Revision>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    number: u32,
    modified: SystemTime,
    revision: Revision,
}

impl GamesFolder {
    /// The states of a game.
    ///
    /// # Errors
    /// The folders cannot be read.
    pub fn revisions(&self, filename: &str) -> io::Result<Revisions> {
        let kept = self.kept(filename)?;
        let shelf = self.on_shelf(filename, &kept)?;
        let current = shelf.as_ref().map(|state| state.number);
        let new = shelf.filter(|state| kept.iter().all(|kept| kept.number != state.number));
        Ok(Revisions { current, all: kept.into_iter().chain(new).map(|state| state.revision).collect() })
    }

    /// Does something that takes the state on the shelf off it, and keeps that state. When it fails, all is as it was. Says the
    /// number under which the state is kept; `None` when there was none.
    ///
    /// # Errors
    /// Those of `change`, or the disk refuses.
    pub(super) fn keep_and(&self, filename: &str, change: impl FnOnce() -> io::Result<()>) -> io::Result<Option<u32>> {
        let kept = self.kept(filename)?;
        let shelf = self.on_shelf(filename, &kept)?;
        let new = shelf.as_ref().filter(|state| kept.iter().all(|kept| kept.number != state.number));
        if let Some(state) = new {
            self.link(filename, state)?;
        }
        if let Err(error) = change() {
            // Else an editor that writes into the game would write into the kept state, too: they are one file. Unless the
            // change was made all the same, and only its folder could not be synced.
            if let Some(state) = new
                && self.on_shelf(filename, &kept)?.as_ref() == Some(state)
            {
                fs::remove_file(self.kept_file(filename, state.number))?;
            }
            return Err(error);
        }
        let surplus = (kept.len() + usize::from(new.is_some())).saturating_sub(MAX_KEPT);
        let back = self.on_shelf(filename, &kept)?;
        for old in kept.iter().filter(|old| back.as_ref() != Some(old)).take(surplus) {
            fs::remove_file(self.kept_file(filename, old.number))?;
        }
        Ok(shelf.map(|state| state.number))
    }

    fn link(&self, filename: &str, state: &State) -> io::Result<()> {
        let folder = self.revisions_of(filename);
        fs::create_dir_all(&folder)?;
        atomic::remove_leftovers(&folder, Duration::ZERO);
        let (from, to) = (self.games.join(filename), self.kept_file(filename, state.number));
        // A link keeps the time of the upload and costs no bytes; across file systems it is a copy.
        if fs::hard_link(&from, &to).is_err() {
            copy(&from, &to, state.modified)?;
        }
        atomic::sync_folder(&folder)
    }

    /// Puts a kept state on the shelf: the wanted one, else the one before that on the shelf, else the newest.
    /// What is on the shelf is kept.
    ///
    /// # Errors
    /// [`Error::UnknownRevision`], [`Error::UnknownGame`] when nothing at all is known of it, [`Error::Internal`].
    pub fn roll_back(&self, filename: &str, wanted: Option<u32>) -> Result<(), Error> {
        let failed = |error: io::Error| Error::Internal(format!("the revision could not be put back: {error}"));
        let kept = self.kept(filename).map_err(failed)?;
        let current = self.on_shelf(filename, &kept).map_err(failed)?.map(|state| state.number);
        if kept.is_empty() && current.is_none() {
            return Err(Error::UnknownGame(id_of(filename).to_owned()));
        }
        if wanted.is_some() && wanted == current {
            return Ok(());
        }
        let found = match wanted {
            Some(number) => kept.iter().find(|state| state.number == number),
            None => kept.iter().rev().find(|state| current.is_none_or(|current| state.number < current)),
        };
        let state = found.ok_or_else(|| {
            Error::UnknownRevision(match wanted {
                Some(number) => format!("there is no revision {number} of {:?}", id_of(filename)),
                None => format!("there is no revision of {:?} before this one", id_of(filename)),
            })
        })?;
        let (from, to) = (self.kept_file(filename, state.number), self.games.join(filename));
        self.keep_and(filename, || copy(&from, &to, state.modified)).map(drop).map_err(failed)
    }

    /// Takes a game off the shelf; [`GamesFolder::roll_back`] brings it back. Says the number under which it is kept.
    ///
    /// # Errors
    /// [`Error::UnknownGame`], [`Error::Internal`].
    pub fn remove(&self, filename: &str) -> Result<u32, Error> {
        let failed = |error: io::Error| Error::Internal(format!("the game could not be removed: {error}"));
        let unknown = || Error::UnknownGame(id_of(filename).to_owned());
        let path = self.games.join(filename);
        if !path.is_file() {
            return Err(unknown());
        }
        let kept = self.keep_and(filename, || fs::remove_file(&path)).map_err(failed)?;
        atomic::sync_folder(&self.games).map_err(failed)?;
        kept.ok_or_else(unknown)
    }

    /// Kept states, oldest first.
    fn kept(&self, filename: &str) -> io::Result<Vec<State>> {
        let entries = match fs::read_dir(self.revisions_of(filename)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut kept = Vec::new();
        for entry in entries {
            let entry = entry?;
            if let Some(number) = entry.file_name().to_str().and_then(number) {
                kept.push(state(number, &entry.metadata()?)?);
            }
        }
        kept.sort_by_key(|state| state.number);
        Ok(kept)
    }

    fn on_shelf(&self, filename: &str, kept: &[State]) -> io::Result<Option<State>> {
        let about = match fs::metadata(self.games.join(filename)) {
            Ok(about) if about.is_file() => about,
            Ok(_) => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let new = state(kept.last().map_or(1, |newest| newest.number + 1), &about)?;
        let same = |kept: &&State| kept.modified == new.modified && kept.revision.size == new.revision.size;
        Ok(Some(kept.iter().rev().find(same).cloned().unwrap_or(new)))
    }

    fn revisions_of(&self, filename: &str) -> PathBuf {
        self.revisions.join(id_of(filename))
    }

    fn kept_file(&self, filename: &str, number: u32) -> PathBuf {
        self.revisions_of(filename).join(format!("{number:0DIGITS$}{EXTENSION}"))
    }
}

fn id_of(filename: &str) -> &str {
    filename.strip_suffix(EXTENSION).unwrap_or(filename)
}

/// The number in the name of a kept file; files of other names are not ours.
fn number(name: &str) -> Option<u32> {
    let digits = name.strip_suffix(EXTENSION)?;
    let ours = digits.len() >= DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    // The next number must exist, too.
    ours.then(|| digits.parse().ok()).flatten().filter(|number| *number < u32::MAX)
}

fn state(number: u32, about: &fs::Metadata) -> io::Result<State> {
    let revision = Revision { revision: number, uploaded_at: modified(about)?, size: about.len() };
    Ok(State { number, modified: about.modified()?, revision })
}

/// A copy of its own, so that an editor that writes into one of the two does not change the other.
fn copy(from: &std::path::Path, to: &std::path::Path, modified: SystemTime) -> io::Result<()> {
    atomic::write_with(to, |file| {
        io::copy(&mut File::open(from)?, file)?;
        file.set_modified(modified)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder() -> (tempfile::TempDir, GamesFolder) {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("games")).unwrap();
        let folder = GamesFolder::new(root.path().join("games"), root.path().join("revisions"));
        (root, folder)
    }

    /// The game with this title, as an upload.
    fn put(folder: &GamesFolder, title: &str) {
        let head = format!("<meta name=\"title\" content=\"{title}\">");
        folder
            .put("a.html", "cat-pink", format!("<!doctype html><html><head>{head}</head></html>").as_bytes())
            .unwrap();
    }

    fn title(folder: &GamesFolder) -> String {
        folder.scan(&Default::default()).unwrap().games["a.html"].summary.title.clone()
    }

    fn numbers(folder: &GamesFolder) -> (Option<u32>, Vec<u32>) {
        let Revisions { current, all } = folder.revisions("a.html").unwrap();
        (current, all.iter().map(|revision| revision.revision).collect())
    }

    #[test]
    fn every_upload_is_a_revision_and_the_newest_is_on_the_shelf() {
        let (_root, folder) = folder();
        assert_eq!(numbers(&folder), (None, vec![]));
        for (title, expected) in [("One", vec![1]), ("Two", vec![1, 2]), ("Three", vec![1, 2, 3])] {
            put(&folder, title);
            assert_eq!(numbers(&folder), (expected.last().copied(), expected));
        }
    }

    #[test]
    fn a_rollback_goes_one_back_each_time_and_nothing_is_lost() {
        let (_root, folder) = folder();
        for title in ["One", "Two", "Three"] {
            put(&folder, title);
        }
        folder.roll_back("a.html", None).unwrap();
        assert_eq!((title(&folder).as_str(), numbers(&folder)), ("Two", (Some(2), vec![1, 2, 3])));
        folder.roll_back("a.html", None).unwrap();
        assert_eq!((title(&folder).as_str(), numbers(&folder)), ("One", (Some(1), vec![1, 2, 3])));
        assert_eq!(folder.roll_back("a.html", None).unwrap_err().code(), "not_found");
        folder.roll_back("a.html", Some(3)).unwrap();
        assert_eq!((title(&folder).as_str(), numbers(&folder)), ("Three", (Some(3), vec![1, 2, 3])));
        assert_eq!(folder.roll_back("a.html", Some(9)).unwrap_err().code(), "not_found");
        folder.roll_back("a.html", Some(1)).unwrap();
        put(&folder, "Four");
        assert_eq!((title(&folder).as_str(), numbers(&folder)), ("Four", (Some(4), vec![1, 2, 3, 4])));
    }

    #[test]
    fn a_removed_game_comes_back_as_it_was() {
        let (_root, folder) = folder();
        assert_eq!(folder.remove("a.html").unwrap_err().code(), "unknown_game");
        assert_eq!(folder.roll_back("a.html", None).unwrap_err().code(), "unknown_game");
        put(&folder, "One");
        put(&folder, "Two");
        let before = folder.scan(&Default::default()).unwrap();
        assert_eq!(folder.remove("a.html"), Ok(2));
        assert_eq!(numbers(&folder), (None, vec![1, 2]));
        assert!(folder.scan(&Default::default()).unwrap().games.is_empty());
        folder.roll_back("a.html", None).unwrap();
        assert_eq!(folder.scan(&Default::default()).unwrap(), before, "its time of upload, too");
    }

    #[test]
    fn an_edit_by_hand_is_a_revision_of_its_own_and_changes_no_kept_one() {
        let (_root, folder) = folder();
        put(&folder, "One");
        put(&folder, "Two");
        folder.roll_back("a.html", None).unwrap();
        let path = folder.path().join("a.html");
        let edited = fs::read_to_string(&path).unwrap().replace("One", "Edited by hand");
        fs::write(&path, edited).unwrap();
        assert_eq!(numbers(&folder), (Some(3), vec![1, 2, 3]));
        put(&folder, "Four");
        folder.roll_back("a.html", Some(1)).unwrap();
        assert_eq!(title(&folder), "One");
        folder.roll_back("a.html", Some(3)).unwrap();
        assert_eq!(title(&folder), "Edited by hand");
    }

    #[test]
    fn what_fails_leaves_no_kept_state_that_an_edit_by_hand_would_change() {
        let (root, folder) = folder();
        put(&folder, "One");
        assert_eq!(folder.roll_back("a.html", None).unwrap_err().code(), "not_found");
        assert!(folder.keep_and("a.html", || Err(io::Error::other("the disk is full"))).is_err());
        let kept = || fs::read_dir(root.path().join("revisions/a")).map_or(0, Iterator::count);
        assert_eq!((kept(), numbers(&folder)), (0, (Some(1), vec![1])));
        fs::create_dir(folder.path().join("b.html")).unwrap();
        assert_eq!(folder.remove("b.html").unwrap_err().code(), "unknown_game");
    }

    #[test]
    fn the_oldest_kept_revision_can_come_back_when_there_is_no_room_for_another() {
        let (_root, folder) = folder();
        for n in 1..=MAX_KEPT as u32 + 1 {
            put(&folder, &n.to_string());
        }
        folder.roll_back("a.html", Some(1)).unwrap();
        assert_eq!((title(&folder).as_str(), numbers(&folder).0), ("1", Some(1)));
        folder.roll_back("a.html", Some(MAX_KEPT as u32 + 1)).unwrap();
        assert_eq!(title(&folder), (MAX_KEPT + 1).to_string());
    }

    #[test]
    fn of_very_many_revisions_the_newest_are_kept() {
        let (_root, folder) = folder();
        let last = MAX_KEPT as u32 + 5;
        for n in 1..=last {
            put(&folder, &n.to_string());
        }
        let (current, all) = numbers(&folder);
        assert_eq!((current, all.len()), (Some(last), MAX_KEPT + 1));
        assert_eq!(all.last(), Some(&last));
    }

    #[test]
    fn files_that_are_not_ours_are_passed_over() {
        let (root, folder) = folder();
        put(&folder, "One");
        let kept = root.path().join("revisions/a");
        fs::create_dir_all(&kept).unwrap();
        for name in ["4294967295.html", "99999999999.html", "1.html", "notes.txt", "0000x.html"] {
            fs::write(kept.join(name), "x").unwrap();
        }
        assert_eq!(numbers(&folder), (Some(1), vec![1]));
        put(&folder, "Two");
        assert_eq!(numbers(&folder), (Some(2), vec![1, 2]));
    }
}
