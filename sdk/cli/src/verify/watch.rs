//! Verifies games again whenever they are saved.

use super::{Verifier, VerifyReport};
use crate::{progress::Progress, saves::Saves};
use std::path::PathBuf;

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
    let mut saves = Saves::of(files)?;
    tell(verifier.verify(files, progress).await);
    loop {
        let saved = saves.next().await;
        tell(verifier.verify(&saved, progress).await);
    }
}
