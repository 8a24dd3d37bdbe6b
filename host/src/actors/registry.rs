//! Registry owns the games' index: metadata, revisions, and the only hand that writes into the games folder.
//!
//! It promises that the shelf it publishes is what lies in the folder, within a second of any change, whoever made it.

use super::{
    on_disk,
    screens::{Screens, deliver},
};
use crate::{
    board::{Board, Shelf},
    error::Error,
    store::games_folder::{Contents, GamesFolder, Revision},
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use kameo::{
    Actor,
    actor::{ActorRef, WeakActorRef},
    error::Infallible,
    message::{Context, Message},
};
use maribro_contract::wire::{GameSummary, Notice, NoticeCode, Problem, ScreenEvent};
use notify::{EventKind, RecursiveMode, Watcher, event::AccessKind};
use serde_json::json;
use std::{collections::BTreeSet, io::Write as _, path::Path, sync::Arc, time::Duration};
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
    /// Where it publishes.
    pub board: Arc<Board>,
    /// Who is told.
    pub screens: ActorRef<Screens>,
}

impl Actor for Registry {
    type Args = Args;
    type Error = Infallible;

    async fn on_start(args: Args, me: ActorRef<Self>) -> Result<Self, Infallible> {
        let Args { folder, board, screens } = args;
        // Watching begins before the first look, so that nothing falls between.
        let watching = tokio::spawn(watch(folder.path().to_owned(), me.downgrade()));
        let _watching = AbortOnDropHandle::new(watching);
        let mut registry = Self { folder, contents: Contents::default(), known: None, board, screens, _watching };
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
        let first = self.board.shelf.borrow().json.is_empty();
        if contents == self.contents && !first {
            return;
        }
        for bad in contents.bad_files.iter().filter(|bad| !self.contents.bad_files.contains(bad)) {
            tracing::warn!(file = bad.filename, reason = bad.reason, "not on the shelf");
        }
        let mut newest_first: Vec<_> = contents.games.values().collect();
        newest_first.sort_by(|a, b| b.stamp.cmp(&a.stamp).then_with(|| a.summary.id.cmp(&b.summary.id)));
        let games: Vec<GameSummary> = newest_first.into_iter().map(|game| game.summary.clone()).collect();
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
async fn watch(folder: std::path::PathBuf, registry: WeakActorRef<Registry>) {
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
        let stored = tokio::task::spawn_blocking(move || folder.put(&name, &creator_avatar_id, &bytes));
        stored.await.map_err(|error| Error::Internal(format!("storing the game broke off: {error}")))??;
        self.look().await;
        let game = self.contents.games.get(&filename);
        game.map(|game| game.summary.clone())
            .ok_or_else(|| Error::Internal("the stored game is not in the games folder any more".into()))
    }
}

/// The earlier revisions of a game.
#[derive(Debug, Clone)]
pub struct ListRevisions {
    /// The game's file.
    pub filename: String,
}

impl Message<ListRevisions> for Registry {
    type Reply = Result<Vec<Revision>, Error>;

    async fn handle(&mut self, message: ListRevisions, _: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let folder = self.folder.clone();
        let revisions = on_disk(move || folder.revisions(&message.filename)).await;
        revisions.map_err(|error| Error::Internal(format!("the revisions cannot be read: {error}")))
    }
}
