//! What can go wrong when a game file is rewritten or named.

use thiserror::Error;

/// Errors of this crate. The checks never fail this way: what is wrong with a game is in their report.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ContractError {
    /// The name cannot be used under `/games/`; the caller asks for another or derives one.
    #[error("the file name must be kebab-case like my-game.html, a-z and 0-9, at most {max} characters", max = crate::filename::MAX_FILENAME_CHARS)]
    BadFilename,
    /// Not shaped like an avatar id; the caller looks the avatar up first.
    #[error("an avatar id is 1 to {max} characters of a-z, 0-9 and '-'", max = crate::creator::MAX_AVATAR_ID_CHARS)]
    BadAvatarId,
    /// The head of the file cannot be parsed within the memory limit; the caller rejects the file.
    #[error("the head of the file cannot be parsed: {0}")]
    Unparsable(String),
}
