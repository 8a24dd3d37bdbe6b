//! Everything that the host refuses or fails at, by what the caller can do about it.
//!
//! The HTTP status of each stands in `http/error.rs`.

use maribro_contract::wire::Check;

/// A refusal or a failure. The code of each variant is fixed by contract §1.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The body or the message has the wrong shape.
    #[error("{0}")]
    BadBody(String),
    /// The file name is not `[a-z0-9]+(-[a-z0-9]+)*.html`.
    #[error("{0}")]
    BadFilename(String),
    /// No avatar has this id.
    #[error("there is no avatar {0:?}; GET /api/avatars lists them")]
    UnknownAvatar(String),
    /// The upload token is missing or wrong.
    #[error("the upload token is missing or wrong; ask the host of the party for it")]
    InvalidUploadToken,
    /// This caller may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// No such path.
    #[error("there is nothing at this address")]
    NotFound,
    /// No game has this id.
    #[error("there is no game {0:?} on the shelf")]
    UnknownGame(String),
    /// The game has no such revision.
    #[error("{0}")]
    UnknownRevision(String),
    /// The path exists, but not with this method.
    #[error("this address answers {0} only")]
    MethodNotAllowed(&'static str),
    /// Another creator has a game of this name.
    #[error("{0:?} belongs to another creator; choose another file name")]
    NameTaken(String),
    /// Another seat has this avatar.
    #[error("the avatar {0:?} sits in another seat already")]
    AvatarTaken(String),
    /// Another seat has this pad.
    #[error("pad {0} belongs to another seat already")]
    PadTaken(i32),
    /// Bigger than a limit.
    #[error("{0}")]
    TooLarge(String),
    /// Not the media type that is read here.
    #[error("{0}")]
    UnsupportedMediaType(String),
    /// The game would fetch something that is not in its file.
    #[error("{message}")]
    ExternalResource {
        /// What was found first.
        message: String,
        /// The checks that failed.
        details: Vec<Check>,
    },
    /// The game fails another check.
    #[error("{message}")]
    Rejected {
        /// What was found first.
        message: String,
        /// The checks that failed.
        details: Vec<Check>,
    },
    /// Too many tries, or too much at once; the seconds to wait.
    #[error("too many requests or wrong secrets from this address; wait {0} s")]
    RateLimited(u64),
    /// A defect or a broken disk.
    #[error("{0}")]
    Internal(String),
    /// Busy or shutting down; trying again helps.
    #[error("{0}")]
    Unavailable(String),
}

impl Error {
    /// The code on the wire, contract §1.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadBody(_) => "bad_body",
            Self::BadFilename(_) => "bad_filename",
            Self::UnknownAvatar(_) => "unknown_avatar",
            Self::InvalidUploadToken => "invalid_upload_token",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound | Self::UnknownRevision(_) => "not_found",
            Self::UnknownGame(_) => "unknown_game",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::NameTaken(_) => "name_taken",
            Self::AvatarTaken(_) => "avatar_taken",
            Self::PadTaken(_) => "pad_taken",
            Self::TooLarge(_) => "too_large",
            Self::UnsupportedMediaType(_) => "unsupported_media_type",
            Self::ExternalResource { .. } => "external_resource",
            Self::Rejected { .. } => "rejected",
            Self::RateLimited(_) => "rate_limited",
            Self::Internal(_) => "internal",
            Self::Unavailable(_) => "unavailable",
        }
    }

    /// The checks behind a refusal, if it has any.
    pub fn details(&self) -> &[Check] {
        match self {
            Self::ExternalResource { details, .. } | Self::Rejected { details, .. } => details,
            _ => &[],
        }
    }

    /// A body of the wrong shape.
    pub fn bad_body(message: impl Into<String>) -> Self {
        Self::BadBody(message.into())
    }
}
