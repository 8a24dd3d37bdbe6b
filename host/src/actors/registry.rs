//! Registry owns the games' index: metadata, revisions, what became of each, and the only hand that writes into the
//! games folder.
//!
//! It promises that the shelf it publishes is what lies in the folder, within a second of any change, whoever made it.

use super::{
    on_disk,
    screens::{Screens, deliver},
};
use crate::{
    board::{Board, Shelf},
    error::Error,
    store::{
        games_folder::{Contents, EXTENSION, Game, GamesFolder},
        incidents::Incidents,
        revisions::Revisions,
    },
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use jiff::Timestamp;
use kameo::{
    Actor,
    actor::{ActorRef, WeakActorRef},
    error::Infallible,
    message::{Context, Message},
};
use maribro_contract::wire::{GameSummary, Incident, Mishap, Notice, NoticeCode, Problem, ScreenEvent};
use notify::{EventKind, RecursiveMode, Watcher, event::AccessKind};
use serde_json::json;
use std::{
    collections::BTreeSet,
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

/// Changes that come closer together than this are looked at once.
const SETTLE: Duration = Duration::from_millis(100);

/// Arrivals that are announced for one look at the folder.
const MAX_ANNOUNCED: usize = 3;

/// How often it is checked that the watched folder is still the one at the path.
const RECHECK: Duration = Duration::from_secs(1);

/// See the module.
#[derive(Debug)]
pub struct Registry {
    folder: GamesFolder,
    contents: Contents,
    incidents: Incidents,
    /// Names of the games when the folder was last read; `None` before the first time.
    known: Option<BTreeSet<String>>,
    board: Arc<Board>,
    screens: ActorRef<Screens>,
    /// Ends with this actor: its address would outlive it and lead to the next one.
    _watching: AbortOnDropHandle<()>,
}

/// What Registry is made from, also after a panic.
#[derive(Debug, Clone)]
pub struct Args {
    /// Where the games lie.
    pub folder: GamesFolder,
    /// Where it is written what became of them.
    pub incidents: PathBuf,
    /// Where it publishes.
    pub board: Arc<Board>,
    /// Who is told.
    pub screens: ActorRef<Screens>,
}

impl Actor for Registry {
    type Args = Args;
    type Error = Infallible;

    async fn on_start(args: Args, me: ActorRef<Self>) -> Result<Self, Infallible> {
        let Args { folder, incidents, board, screens } = args;
        let path = incidents.clone();
        let loaded = on_disk(move || Ok(Incidents::load(path))).await;
        let incidents = loaded.unwrap_or_else(|error| {
            tracing::warn!(%error, "reading what became of games broke off");
            Incidents::none(incidents)
        });
        // Watching begins before the first look, so that nothing falls between.
        let watching = tokio::spawn(watch(folder.path().to_owned(), me.downgrade()));
        let _watching = AbortOnDropHandle::new(watching);
        let contents = Contents::default();
        let mut registry = Self { folder, contents, incidents, known: None, board, screens, _watching };
        registry.look().await;
        Ok(registry)
    }
}

impl Registry {
    /// Looks at the folder and publishes what is new.
    async fn look(&mut self) {
        let (folder, known) = (self.folder.clone(), self.contents.clone());
        let found = on_disk(move || folder.scan(&known)).await;
        self.board.set_problem(Problem::GamesFolderUnreadable, found.is_err());
        match found {
            Ok(contents) => {
                let names: BTreeSet<String> = contents.games.keys().cloned().collect();
                let known = self.known.replace(names).unwrap_or_else(|| contents.games.keys().cloned().collect());
                self.publish(contents).await;
                self.announce(&known).await;
            }
            Err(error) => {
                tracing::error!(%error, folder = ?self.folder.path(), "the games folder cannot be read");
                self.publish(Contents::default()).await;
            }
        }
    }

    async fn publish(&mut self, contents: Contents) {
        for bad in contents.bad_files.iter().filter(|bad| !self.contents.bad_files.contains(bad)) {
            tracing::warn!(file = bad.filename, reason = bad.reason, "not on the shelf");
        }
        let mut newest_first: Vec<_> = contents.games.values().collect();
        newest_first.sort_by(|a, b| b.stamp.cmp(&a.stamp).then_with(|| a.summary.id.cmp(&b.summary.id)));
        let playtests = self.board.playtests.borrow().clone();
        let summary = |game: &Game| GameSummary {
            unstable: self.incidents.is_unstable(&game.summary),
            failed_playtest: playtests.has_failed(&game.summary),
            ..game.summary.clone()
        };
        let games: Vec<GameSummary> = newest_first.into_iter().map(summary).collect();
        let first = self.board.shelf.borrow().json.is_empty();
        if !first && contents.bad_files == self.contents.bad_files && games == *self.board.shelf.borrow().games {
            self.contents = contents;
            return;
        }
        let json = Bytes::from(json!({ "ok": true, "games": games }).to_string());
        let etag = blake3::hash(&json).to_hex()[..16].to_owned();
        let gzip = gzip(&json);
        let games = Arc::new(games);
        self.contents = contents;
        let bad_files = self.contents.bad_files.clone();
        self.board.shelf.send_replace(Arc::new(Shelf { games: Arc::clone(&games), json, gzip, etag, bad_files }));
        deliver(&self.screens, ScreenEvent::GamesChanged { games: games.as_ref().clone() }).await;
    }

    /// Tells people of games that were not there before; of a whole batch only some, for a page shows no more.
    async fn announce(&self, known: &BTreeSet<String>) {
        let arrived = self.contents.games.iter().filter(|(name, _)| !known.contains(*name));
        for (_, game) in arrived.take(MAX_ANNOUNCED) {
            let GameSummary { id, title, creator_avatar_id, .. } = game.summary.clone();
            tracing::info!(game = id, creator = creator_avatar_id, "a new game is on the shelf");
            let notice = Notice { code: NoticeCode::GameArrived, title, creator_avatar_id };
            deliver(&self.screens, ScreenEvent::Notice(notice)).await;
        }
    }
}

fn gzip(bytes: &[u8]) -> Bytes {
    let mut writer = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail; if it did, there would be no gzipped form and the plain one would be sent.
    let written = writer.write_all(bytes).and_then(|()| writer.finish());
    written.unwrap_or_default().into()
}

/// Tells Registry to look whenever something changes in the folder. Follows the path: a folder that is removed and
/// made again, or one that no watcher can be set on, is looked at every [`RECHECK`].
async fn watch(folder: PathBuf, registry: WeakActorRef<Registry>) {
    let (changed, mut changes) = mpsc::channel(1);
    loop {
        let watcher = set_watcher(&folder, changed.clone());
        if let Err(error) = &watcher {
            tracing::debug!(%error, ?folder, "no watcher; the folder is looked at every second");
        }
        let watched = identity(&folder);
        loop {
            let checked = tokio::time::timeout(RECHECK, changes.recv()).await;
            if checked.is_ok() {
                tokio::time::sleep(SETTLE).await;
                // What came meanwhile is covered by the look that follows.
                while changes.try_recv().is_ok() {}
            }
            let replaced = watcher.is_err() || identity(&folder) != watched;
            if checked.is_ok() || replaced {
                let Some(registry) = registry.upgrade() else { return };
                if registry.tell(Look).await.is_err() {
                    return;
                }
            } else if registry.upgrade().is_none() {
                return;
            }
            if replaced {
                break;
            }
        }
    }
}

fn set_watcher(folder: &Path, changed: mpsc::Sender<()>) -> notify::Result<notify::RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let reading = |kind| matches!(kind, EventKind::Access(access) if !matches!(access, AccessKind::Close(_)));
        // Errors (an overflown queue) are a reason to look, too. A full channel has a look coming already.
        if !event.is_ok_and(|event| reading(event.kind) || only_our_temp_files(&event)) {
            changed.try_send(()).ok();
        }
    })?;
    watcher.watch(folder, RecursiveMode::NonRecursive)?;
    Ok(watcher)
}

fn only_our_temp_files(event: &notify::Event) -> bool {
    let ours = |path: &std::path::PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(crate::store::atomic::TEMP_PREFIX))
    };
    !event.paths.is_empty() && event.paths.iter().all(ours)
}

/// Tells one folder from another at the same path.
#[cfg(unix)]
fn identity(folder: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(folder).ok().map(|about| (about.dev(), about.ino()))
}

#[cfg(not(unix))]
fn identity(folder: &Path) -> Option<std::time::SystemTime> {
    std::fs::metadata(folder).ok().and_then(|about| about.created().ok())
}

/// Look at the folder: something changed.
#[derive(Debug, Clone)]
pub struct Look;

impl Message<Look> for Registry {
    type Reply = ();

    async fn handle(&mut self, _: Look, _: &mut Context<Self, Self::Reply>) {
        self.look().await;
    }
}

/// Put a checked game on the shelf.
#[derive(Debug, Clone)]
pub struct PutGame {
    /// A valid file name.
    pub filename: String,
    /// A known avatar.
    pub creator_avatar_id: String,
    /// The file.
    pub bytes: Bytes,
}

impl Message<PutGame> for Registry {
    type Reply = Result<GameSummary, Error>;

    async fn handle(&mut self, message: PutGame, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let PutGame { filename, creator_avatar_id, bytes } = message;
        // What changed by hand a moment ago counts, too.
        self.look().await;
        if let Some(there) = self.contents.games.get(&filename)
            && there.summary.creator_avatar_id != creator_avatar_id
        {
            return Err(Error::NameTaken(filename));
        }
        let (folder, name) = (self.folder.clone(), filename.clone());
        blocking(move || folder.put(&name, &creator_avatar_id, &bytes)).await?;
        self.look().await;
        let game = self.contents.games.get(&filename);
        game.map(|game| game.summary.clone())
            .ok_or_else(|| Error::Internal("the stored game is not in the games folder any more".into()))
    }
}

/// What is known of a game beside its summary.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its states.
    pub revisions: Revisions,
    /// When it was taken off the stage, newest first.
    pub incidents: Vec<Incident>,
}

/// Say what is known of a game.
#[derive(Debug, Clone)]
pub struct Describe {
    /// The game.
    pub id: String,
}

impl Message<Describe> for Registry {
    type Reply = Result<Known, Error>;

    async fn handle(&mut self, Describe { id }: Describe, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        Ok(Known { revisions: self.revisions_of(&id).await?, incidents: self.incidents.of(&id) })
    }
}

/// Put a kept revision back on the shelf; also brings back a game that was removed.
#[derive(Debug, Clone)]
pub struct RollBack {
    /// The game.
    pub id: String,
    /// The revision wanted; else the one before.
    pub revision: Option<u32>,
}

impl Message<RollBack> for Registry {
    type Reply = Result<GameSummary, Error>;

    async fn handle(&mut self, message: RollBack, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let RollBack { id, revision } = message;
        let (folder, filename) = (self.folder.clone(), filename_of(&id)?);
        blocking(move || folder.roll_back(&filename, revision)).await?;
        self.look().await;
        let back = self.board.shelf.borrow().find(&id).cloned();
        back.ok_or_else(|| Error::Internal("the game that came back is not in the games folder any more".into()))
    }
}

/// Take a game off the shelf; a rollback brings it back.
#[derive(Debug, Clone)]
pub struct RemoveGame {
    /// The game.
    pub id: String,
}

impl Message<RemoveGame> for Registry {
    type Reply = Result<u32, Error>;

    async fn handle(&mut self, RemoveGame { id }: RemoveGame, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let (folder, filename) = (self.folder.clone(), filename_of(&id)?);
        let revision = blocking(move || folder.remove(&filename)).await?;
        self.look().await;
        Ok(revision)
    }
}

/// A round with this game is over.
#[derive(Debug, Clone)]
pub struct Played {
    /// The game, as it was on the shelf.
    pub game: GameSummary,
    /// What it did, if it was taken off the stage.
    pub mishap: Option<Mishap>,
}

impl Message<Played> for Registry {
    type Reply = Result<(), Error>;

    async fn handle(&mut self, Played { game, mishap }: Played, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let entry = match mishap {
            None => self.incidents.went_well(&game),
            Some(mishap) => {
                let Revisions { current, all } = self.revisions_of(&game.id).await.unwrap_or_default();
                // It may have a new revision since.
                let played = all.iter().rev().find(|revision| revision.uploaded_at == game.uploaded_at);
                let revision = played.map(|revision| revision.revision).or(current).unwrap_or(1);
                Some(self.incidents.taken_off(&game, revision, mishap, Timestamp::now()))
            }
        };
        // After most rounds nothing is new.
        let Some(entry) = entry else { return Ok(()) };
        if let Err(error) = on_disk(move || entry.write()).await {
            // Nobody's score hangs on it, and it is known until the host ends.
            tracing::warn!(%error, game = game.id, "what became of a game is not on disk");
        }
        self.publish(self.contents.clone()).await;
        Ok(())
    }
}

impl Registry {
    async fn revisions_of(&self, id: &str) -> Result<Revisions, Error> {
        let (folder, filename) = (self.folder.clone(), filename_of(id)?);
        let revisions = on_disk(move || folder.revisions(&filename)).await;
        revisions.map_err(|error| Error::Internal(format!("the revisions cannot be read: {error}")))
    }
}

/// The file of a game, be it on the shelf or not.
fn filename_of(id: &str) -> Result<String, Error> {
    // SECURITY: it becomes a part of paths. Templates are no games.
    if crate::http::assets::is_plain(id) && !id.starts_with('_') {
        Ok(format!("{id}{EXTENSION}"))
    } else {
        Err(Error::UnknownGame(id.to_owned()))
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| Error::Internal(format!("the work on the games folder broke off: {error}")))?
}
