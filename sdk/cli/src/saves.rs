//! Tells when files are saved.

use anyhow::Context;
use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};
use tokio::{
    sync::mpsc,
    time::{Instant, timeout, timeout_at},
};

/// Editors save in several steps; after this long without a further one the file is whole.
const SETTLE: Duration = Duration::from_millis(150);
/// Longest wait for that: something else in the folder may be written all the time.
const LONGEST_SETTLE: Duration = Duration::from_secs(1);
/// How often the files are looked at besides: some file systems (Windows drives in WSL, network drives) tell nothing.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Events that may wait; while some wait a look is coming anyway.
const EVENTS: usize = 64;

/// Length and time of a file; none of one that is not there.
type Stamp = Option<(u64, SystemTime)>;

/// Files that are watched until this is dropped.
#[derive(Debug)]
pub struct Saves {
    files: Vec<(PathBuf, Stamp)>,
    events: mpsc::Receiver<Vec<PathBuf>>,
    _watcher: RecommendedWatcher,
}

impl Saves {
    /// Watches files; those that are not there yet, too.
    ///
    /// # Errors
    /// The folder of one cannot be watched.
    pub fn of(files: &[PathBuf]) -> anyhow::Result<Self> {
        let (saved, events) = mpsc::channel(EVENTS);
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let Ok(event) = event else { return };
            if !matches!(event.kind, EventKind::Access(_)) {
                // Full: a look is coming.
                saved.try_send(event.paths).ok();
            }
        })?;
        // Folders, because many editors save a new file in the place of the old one.
        let folders: BTreeSet<PathBuf> = files.iter().map(|file| folder_of(file)).collect();
        for folder in &folders {
            let watched = watcher.watch(folder, RecursiveMode::NonRecursive);
            watched.with_context(|| format!("{} cannot be watched", folder.display()))?;
        }
        let files = files.iter().map(|file| (file.clone(), stamp(file))).collect();
        Ok(Self { files, events, _watcher: watcher })
    }

    /// Waits until some of the files are saved, removed or there again, and says which.
    pub async fn next(&mut self) -> Vec<PathBuf> {
        loop {
            let mut paths = match timeout(LOOK_EVERY, self.events.recv()).await {
                Ok(paths) => paths.unwrap_or_default(),
                Err(_) if self.files.iter().all(|(file, before)| stamp(file) == *before) => continue,
                Err(_) => Vec::new(),
            };
            let latest = Instant::now() + LONGEST_SETTLE;
            while let Ok(Some(more)) = timeout_at(latest.min(Instant::now() + SETTLE), self.events.recv()).await {
                paths.extend(more);
            }
            let mut changed = Vec::new();
            for (file, before) in &mut self.files {
                let now = stamp(file);
                if now != *before || paths.iter().any(|path| same(path, file)) {
                    changed.push(file.clone());
                }
                *before = now;
            }
            if !changed.is_empty() {
                return changed;
            }
        }
    }
}

fn stamp(file: &Path) -> Stamp {
    let about = std::fs::metadata(file).ok()?;
    Some((about.len(), about.modified().ok()?))
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn same(path: &Path, file: &Path) -> bool {
    path.file_name() == file.file_name()
        && path.parent().and_then(|folder| folder.canonicalize().ok()) == folder_of(file).canonicalize().ok()
}
