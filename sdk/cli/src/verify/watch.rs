//! Verifies games again whenever they are saved.

use super::{Verifier, VerifyReport};
use crate::progress::Progress;
use anyhow::Context;
use notify::{EventKind, RecursiveMode, Watcher};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::sync::mpsc;

/// Editors save in several steps; after this long without a further one the file is whole.
const SETTLE: Duration = Duration::from_millis(150);
/// Events that may wait; while some wait a look is coming anyway.
const EVENTS: usize = 64;

/// Verifies the games, then those that are saved, until it is dropped. Each report goes to `tell`.
///
/// # Errors
/// A folder cannot be watched, or the browser fails. A file that cannot be read is told of, and waited for.
pub async fn watch(
    verifier: &Verifier,
    files: &[PathBuf],
    progress: &Progress,
    mut tell: impl FnMut(anyhow::Result<VerifyReport>),
) -> anyhow::Result<()> {
    let (saved, mut saves) = mpsc::channel(EVENTS);
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let Ok(event) = event else { return };
        if !matches!(event.kind, EventKind::Access(_)) {
            saved.try_send(event.paths).ok();
        }
    })?;
    // Folders, because many editors save a new file in the place of the old one.
    let folders: BTreeSet<PathBuf> = files.iter().map(|file| folder_of(file)).collect();
    for folder in &folders {
        let watched = watcher.watch(folder, RecursiveMode::NonRecursive);
        watched.with_context(|| format!("{} cannot be watched", folder.display()))?;
    }
    tell(verifier.verify(files, progress).await);
    loop {
        let mut paths = saves.recv().await.unwrap_or_default();
        while let Ok(Some(more)) = tokio::time::timeout(SETTLE, saves.recv()).await {
            paths.extend(more);
        }
        let changed: Vec<PathBuf> =
            files.iter().filter(|file| paths.iter().any(|path| same(path, file))).cloned().collect();
        if changed.is_empty() {
            continue;
        }
        tell(verifier.verify(&changed, progress).await);
    }
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}

fn same(path: &Path, file: &Path) -> bool {
    path.file_name() == file.file_name()
        && path.parent().and_then(|folder| folder.canonicalize().ok()) == folder_of(file).canonicalize().ok()
}
