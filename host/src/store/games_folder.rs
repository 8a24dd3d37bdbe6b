//! The games folder: what lies in it, and how a game gets into it.
//!
//! A game is a `.html` file whose name begins neither with `_` nor with `.`. Everything else that ends in `.html` is a
//! bad file: it is named with its reason, and never takes the list down.

use super::{atomic, large_buffer::LargeBuffer, session_file::iso};
use crate::{board::BadFile, error::Error};
use bytes::Bytes;
use jiff::Timestamp;
use maribro_contract::{
    checks::MAX_GAME_BYTES,
    creator::rewrite_creator,
    metadata::{self, Metadata},
    wire::GameSummary,
};
use std::{
    collections::BTreeMap,
    fs,
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What every game file ends in.
pub const EXTENSION: &str = ".html";

/// Largest file that is listed: an upload of exactly the limit grows by its creator's tag.
const MAX_LISTED_BYTES: u64 = MAX_GAME_BYTES as u64 + 1024;

/// Longest file name that is listed, in bytes; what file systems allow.
const MAX_NAME_BYTES: usize = 255;

/// One game in the folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    /// What lists say of it.
    pub summary: GameSummary,
    /// Changes whenever the file does.
    pub stamp: Stamp,
}

/// Tells two states of a file apart without reading it; the later one is greater.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    modified: SystemTime,
    bytes: u64,
}

/// What lies in the folder.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Contents {
    /// Playable games by file name.
    pub games: BTreeMap<String, Game>,
    /// What cannot be played, by name.
    pub bad_files: Vec<BadFile>,
}

/// The games folder and the folder of earlier revisions.
#[derive(Debug, Clone)]
pub struct GamesFolder {
    pub(super) games: PathBuf,
    pub(super) revisions: PathBuf,
}

impl GamesFolder {
    /// Games in `games`, their earlier revisions in `revisions`. Nothing is touched yet.
    pub fn new(games: PathBuf, revisions: PathBuf) -> Self {
        Self { games, revisions }
    }

    /// Where the games lie.
    pub fn path(&self) -> &Path {
        &self.games
    }

    /// The bytes of a game, as they are now.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self, filename: &str) -> io::Result<Bytes> {
        let path = self.games.join(filename);
        let bytes = fs::metadata(&path)?.len().min(MAX_LISTED_BYTES);
        Ok(LargeBuffer::read(&path, bytes)?.into_bytes())
    }

    /// Copies a game's file, if it is still the state that `game` tells of.
    ///
    /// # Errors
    /// It cannot be read or written.
    pub fn copy(&self, game: &GameSummary, to: &Path) -> io::Result<bool> {
        let mut file = fs::File::open(self.games.join(&game.filename))?;
        if modified(&file.metadata()?)? != game.uploaded_at {
            return Ok(false);
        }
        io::copy(&mut (&mut file).take(MAX_LISTED_BYTES), &mut fs::File::create(to)?)?;
        Ok(true)
    }

    /// Looks at the folder again; only files whose stamp is not in `known` are read.
    ///
    /// # Errors
    /// The folder itself cannot be read. A file that cannot be read is a bad file.
    pub fn scan(&self, known: &Contents) -> io::Result<Contents> {
        let mut contents = Contents::default();
        let root = fs::canonicalize(&self.games)?;
        for entry in fs::read_dir(&self.games)? {
            let name = entry?.file_name();
            let shown = name.to_string_lossy().into_owned();
            if !shown.ends_with(EXTENSION) || shown.starts_with(['_', '.']) {
                continue;
            }
            let game = match name.to_str() {
                Some(name) => look(&root, name, known.games.get(name)),
                None => Err("its name is not UTF-8".to_owned()),
            };
            match game {
                Ok(Some(game)) => drop(contents.games.insert(shown, game)),
                Ok(None) => {}
                Err(reason) => contents.bad_files.push(BadFile { filename: shown, reason }),
            }
        }
        contents.bad_files.sort_by(|a, b| a.filename.cmp(&b.filename));
        Ok(contents)
    }

    /// Stores a game durably with this creator; the file that was there before is kept as a revision.
    ///
    /// # Errors
    /// [`Error::Internal`] for a disk that refuses; the game is as it was then.
    pub fn put(&self, filename: &str, creator: &str, bytes: &[u8]) -> Result<(), Error> {
        let failed = |error: io::Error| Error::Internal(format!("the game could not be stored: {error}"));
        let path = self.games.join(filename);
        let write = |file: &mut fs::File| {
            let mut out = BufWriter::new(file);
            let mut written = Ok(());
            rewrite_creator(bytes, creator, |piece| {
                if written.is_ok() {
                    written = out.write_all(piece);
                }
            })
            .map_err(io::Error::other)?;
            written?;
            out.flush()?;
            // The kernel's clock for files is coarse; the shelf is sorted by this.
            out.get_ref().set_modified(SystemTime::now())
        };
        self.keep_and(filename, || atomic::write_with(&path, write)).map(drop).map_err(failed)
    }
}

/// The game in this file; `None` when it vanished meanwhile.
///
/// # Errors
/// Why it is a bad file.
fn look(root: &Path, name: &str, known: Option<&Game>) -> Result<Option<Game>, String> {
    let path = root.join(name);
    let about = match fs::metadata(&path) {
        Ok(about) => about,
        // Between listing and looking it was removed; a dangling link is still there.
        Err(error) if error.kind() == io::ErrorKind::NotFound && fs::symlink_metadata(&path).is_err() => {
            return Ok(None);
        }
        Err(error) => return Err(format!("it cannot be read: {error}")),
    };
    if name.len() > MAX_NAME_BYTES || !crate::http::assets::is_plain(name) {
        return Err("its name has characters that no address can have, or is too long".into());
    }
    if !about.is_file() {
        return Err("it is not a file".into());
    }
    // SECURITY: a link must not make a file outside the folder readable over HTTP.
    if !fs::canonicalize(&path).is_ok_and(|real| real.starts_with(root)) {
        return Err("it is a link that leads out of the games folder".into());
    }
    if about.len() == 0 {
        return Err("it is empty".into());
    }
    if about.len() > MAX_LISTED_BYTES {
        return Err(format!("it is over {} MB", MAX_GAME_BYTES / 1024 / 1024));
    }
    let stamp = Stamp { modified: about.modified().map_err(|error| error.to_string())?, bytes: about.len() };
    if let Some(known) = known
        && known.stamp == stamp
    {
        return Ok(Some(known.clone()));
    }
    let bytes = LargeBuffer::read(&path, about.len()).map_err(|error| format!("it cannot be read: {error}"))?;
    let read: Metadata = metadata::read(&bytes);
    let uploaded_at = modified(&about).map_err(|error| error.to_string())?;
    let stem = name.strip_suffix(EXTENSION).unwrap_or(name);
    Ok(Some(Game { summary: read.summary(stem, name, uploaded_at), stamp }))
}

pub(super) fn modified(about: &fs::Metadata) -> io::Result<String> {
    Ok(iso(Timestamp::try_from(about.modified()?).map_err(io::Error::other)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAME: &[u8] = b"<!doctype html><html><head><meta name=\"title\" content=\"One\"></head><body></body></html>";

    fn folder() -> (tempfile::TempDir, GamesFolder) {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("games")).unwrap();
        let folder = GamesFolder::new(root.path().join("games"), root.path().join("revisions"));
        (root, folder)
    }

    fn names(contents: &Contents) -> (Vec<&str>, Vec<&str>) {
        (
            contents.games.keys().map(String::as_str).collect(),
            contents.bad_files.iter().map(|b| b.filename.as_str()).collect(),
        )
    }

    #[test]
    fn bad_files_are_named_and_games_are_listed_all_the_same() {
        let (root, folder) = folder();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("good.html"), GAME).unwrap();
        fs::write(at("_template.html"), GAME).unwrap();
        fs::write(at(".hidden.html"), GAME).unwrap();
        fs::write(at("notes.txt"), "x").unwrap();
        fs::write(at("empty.html"), "").unwrap();
        fs::create_dir(at("folder.html")).unwrap();
        fs::File::create(at("huge.html")).unwrap().set_len(MAX_LISTED_BYTES + 1).unwrap();
        fs::write(root.path().join("secret.html"), GAME).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.path().join("secret.html"), at("link.html")).unwrap();
            std::os::unix::fs::symlink(root.path().join("nothing"), at("dangling.html")).unwrap();
        }
        let contents = folder.scan(&Contents::default()).unwrap();
        let bad = ["dangling.html", "empty.html", "folder.html", "huge.html", "link.html"];
        assert_eq!(names(&contents), (vec!["good.html"], bad.to_vec()));
        assert_eq!(contents.games["good.html"].summary.title, "One");
    }

    #[test]
    fn a_changed_file_is_read_again_and_an_unchanged_one_is_not() {
        let (_root, folder) = folder();
        let path = folder.path().join("a.html");
        fs::write(&path, GAME).unwrap();
        let mut known = folder.scan(&Contents::default()).unwrap();
        known.games.get_mut("a.html").unwrap().summary.title = "from memory".into();
        assert_eq!(folder.scan(&known).unwrap().games["a.html"].summary.title, "from memory");
        fs::write(&path, [GAME, b" "].concat()).unwrap();
        assert_eq!(folder.scan(&known).unwrap().games["a.html"].summary.title, "One");
    }

    #[test]
    fn putting_a_game_sets_its_creator() {
        let (_root, folder) = folder();
        folder.put("a.html", "cat-pink", GAME).unwrap();
        let contents = folder.scan(&Contents::default()).unwrap();
        assert_eq!(contents.games["a.html"].summary.creator_avatar_id, "cat-pink");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no litter");
        assert!(folder.read("a.html").unwrap().windows(8).any(|bytes| bytes == b"cat-pink"));
    }
}

#[cfg(test)]
#[path = "games_folder_properties.rs"]
mod properties;
