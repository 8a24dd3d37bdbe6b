//! The contract between the host, its screens, the games and their makers.
//!
//! Shared by the host and by the tools on a game maker's machine, so that each fact of the
//! contract stands in one place:
//!
//! - [`avatars`]: the sixteen identities
//! - [`wire`]: JSON types of the HTTP API and of the screens' WebSocket
//! - [`metadata`]: what a game says about itself in its `<meta>` tags
//! - [`creator`]: writing the creator's avatar into a game
//! - [`checks`]: the static checks that an upload must pass
//! - [`discovery`]: how a host is found in the local network
//! - [`filename`]: names of game files
//! - [`error`]: what can go wrong here

pub mod avatars;
pub mod checks;
pub mod creator;
pub mod discovery;
pub mod error;
pub mod filename;
pub mod metadata;
pub mod wire;

mod html;

pub use error::ContractError;
