//! What became of games that were taken off the stage: one small file for each such game, `incidents/<id>.json`, so that
//! its maker can mend it and the party knows which games to pass over.

use super::{atomic, session_file::iso};
use jiff::Timestamp;
use maribro_contract::wire::{GameSummary, Incident, Mishap};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// Incidents that are kept of each game, the newest.
pub const MAX_INCIDENTS: usize = 10;
/// So often in a row, and a game counts as unstable until there is a new revision of it.
pub const UNSTABLE_FROM: u32 = 2;
/// Version of the file's shape.
const VERSION: u32 = 1;

/// What is known of one game.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Troubles {
    version: u32,
    /// The revision that `in_a_row` is about, by its time of upload.
    uploaded_at: String,
    /// How often this revision was taken off since it last went well.
    in_a_row: u32,
    /// Newest first.
    incidents: Vec<Incident>,
}

/// The troubles of all games; in memory, and written down as they change.
#[derive(Debug, Clone)]
pub struct Incidents {
    folder: PathBuf,
    games: BTreeMap<String, Troubles>,
}

impl Incidents {
    /// Nothing known; to be written down in `folder`.
    pub fn none(folder: PathBuf) -> Self {
        Self { folder, games: BTreeMap::new() }
    }

    /// Reads what is written in `folder`; it need not be there. A file that cannot be read is passed over, and named in
    /// the log: it only holds what was said of a game.
    pub fn load(folder: PathBuf) -> Self {
        let mut known = Self::none(folder.clone());
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => {
                atomic::remove_leftovers(&folder, Duration::ZERO);
                entries.flatten().map(|entry| entry.path()).collect()
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => {
                tracing::warn!(%error, ?folder, "what became of games cannot be read");
                Vec::new()
            }
        };
        for path in entries.iter().filter(|path| path.extension().is_some_and(|extension| extension == "json")) {
            match (read(path), path.file_stem().and_then(|stem| stem.to_str())) {
                (Ok(troubles), Some(id)) => drop(known.games.insert(id.to_owned(), troubles)),
                (Err(error), _) => tracing::warn!(%error, ?path, "what became of a game cannot be read"),
                (Ok(_), None) => {}
            }
        }
        known
    }

    /// The game was taken off the stage; `revision` is the number of the one that was played. Known from now on; what it
    /// gives is to be written down.
    pub fn taken_off(&mut self, game: &GameSummary, revision: u32, mishap: Mishap, now: Timestamp) -> Entry {
        let troubles = self.games.entry(game.id.clone()).or_default();
        if troubles.uploaded_at != game.uploaded_at {
            troubles.uploaded_at.clone_from(&game.uploaded_at);
            troubles.in_a_row = 0;
        }
        troubles.version = VERSION;
        troubles.in_a_row = troubles.in_a_row.saturating_add(1);
        troubles.incidents.insert(0, Incident { at: iso(now), revision, mishap });
        troubles.incidents.truncate(MAX_INCIDENTS);
        Entry::of(&self.folder, &game.id, troubles)
    }

    /// The game came to its end as games do. `None` when nothing else was known of this revision.
    pub fn went_well(&mut self, game: &GameSummary) -> Option<Entry> {
        let troubles = self.games.get_mut(&game.id)?;
        if troubles.uploaded_at != game.uploaded_at || troubles.in_a_row == 0 {
            return None;
        }
        troubles.in_a_row = 0;
        Some(Entry::of(&self.folder, &game.id, troubles))
    }

    /// Whether this revision was taken off [`UNSTABLE_FROM`] times in a row.
    pub fn is_unstable(&self, game: &GameSummary) -> bool {
        let troubles = self.games.get(&game.id);
        troubles.is_some_and(|t| t.uploaded_at == game.uploaded_at && t.in_a_row >= UNSTABLE_FROM)
    }

    /// The incidents of a game, newest first.
    pub fn of(&self, id: &str) -> Vec<Incident> {
        self.games.get(id).map(|troubles| troubles.incidents.clone()).unwrap_or_default()
    }
}

/// What is to be written down of one game.
#[derive(Debug, Clone)]
pub struct Entry {
    path: PathBuf,
    troubles: Troubles,
}

impl Entry {
    fn of(folder: &Path, id: &str, troubles: &Troubles) -> Self {
        Self { path: folder.join(format!("{id}.json")), troubles: troubles.clone() }
    }

    /// Writes it; durable when this returns.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn write(&self) -> io::Result<()> {
        self.path.parent().map_or(Ok(()), fs::create_dir_all)?;
        let text = serde_json::to_vec_pretty(&self.troubles).map_err(io::Error::other)?;
        atomic::write(&self.path, &text)
    }
}

fn read(path: &Path) -> io::Result<Troubles> {
    let troubles: Troubles = serde_json::from_slice(&fs::read(path)?).map_err(io::Error::other)?;
    if troubles.version == VERSION { Ok(troubles) } else { Err(io::Error::other("it is of another version")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use maribro_contract::wire::{Outcome, Phase};

    fn game(uploaded_at: &str) -> GameSummary {
        GameSummary {
            id: "a".into(),
            filename: "a.html".into(),
            title: "A".into(),
            description: String::new(),
            author: String::new(),
            creator_avatar_id: String::new(),
            max_duration_sec: 30.0,
            uploaded_at: uploaded_at.into(),
            unstable: false,
            failed_playtest: false,
        }
    }

    fn mishap(after_ms: u64) -> Mishap {
        Mishap {
            outcome: Outcome::Hung,
            phase: Phase::Playing,
            frame_phase: None,
            after_ms,
            active_slots: vec![0, 1],
            errors: vec![],
            console: vec![],
        }
    }

    #[test]
    fn twice_in_a_row_is_unstable_until_it_goes_well_or_a_new_revision_comes() {
        let folder = tempfile::tempdir().unwrap();
        let load = || Incidents::load(folder.path().join("incidents"));
        let (first, second) = (game("1"), game("2"));
        let mut incidents = load();
        let off = |incidents: &mut Incidents, game| {
            incidents.taken_off(game, 1, mishap(0), Timestamp::now()).write().unwrap()
        };
        off(&mut incidents, &first);
        assert!(!incidents.is_unstable(&first));
        incidents.went_well(&first).unwrap().write().unwrap();
        off(&mut incidents, &first);
        assert!(!incidents.is_unstable(&first), "not in a row");
        off(&mut incidents, &first);
        assert!(incidents.is_unstable(&first) && load().is_unstable(&first), "also after a restart");
        assert!(!incidents.is_unstable(&second));
        off(&mut incidents, &second);
        assert!(!incidents.is_unstable(&second), "a new revision begins anew");
        off(&mut incidents, &second);
        incidents.went_well(&second).unwrap().write().unwrap();
        assert!(!load().is_unstable(&second));
        assert!(incidents.went_well(&second).is_none(), "nothing new to write");
    }

    #[test]
    fn the_newest_incidents_are_kept_newest_first() {
        let folder = tempfile::tempdir().unwrap();
        let mut incidents = Incidents::load(folder.path().to_owned());
        for n in 0..15 {
            incidents.taken_off(&game("1"), 3, mishap(n), Timestamp::now()).write().unwrap();
        }
        let kept = Incidents::load(folder.path().to_owned()).of("a");
        let times: Vec<u64> = kept.iter().map(|incident| incident.mishap.after_ms).collect();
        assert_eq!(times, (5..15).rev().collect::<Vec<_>>());
        assert!(kept.iter().all(|incident| incident.revision == 3));
    }

    #[test]
    fn a_broken_file_costs_what_it_held_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut incidents = Incidents::load(folder.path().to_owned());
        incidents.taken_off(&game("1"), 1, mishap(0), Timestamp::now()).write().unwrap();
        fs::write(folder.path().join("b.json"), "{").unwrap();
        fs::write(folder.path().join("c.json"), r#"{"version":9,"uploadedAt":"","inARow":1,"incidents":[]}"#).unwrap();
        let loaded = Incidents::load(folder.path().to_owned());
        assert_eq!((loaded.of("a").len(), loaded.of("b").len(), loaded.of("c").len()), (1, 0, 0));
    }
}
