//! The front door: raw hyper, one table of routes, thin handlers.
//!
//! - [`server`]: accept, serve, shut down
//! - [`router`]: the table of routes
//! - [`wire`], [`connections`], [`limits`], [`places`], [`attempts`]: nobody takes more than is good for the others
//! - [`shape`]: what a request must look like, beyond what hyper sees to
//! - [`trust`]: who is calling
//! - [`reply`], [`error`]: what an answer looks like
//! - [`assets`]: the page, the SDK and the games, with ETag and Range
//! - [`multipart`]: the forms of uploads
//! - [`ws`]: the screens' WebSocket; [`commands`]: what its pages send
//! - [`openapi`]: all of it as a document
//! - `api`: a file for each part of the API

mod api;
pub mod assets;
pub mod attempts;
pub mod commands;
pub mod connections;
pub mod error;
mod kit;
pub mod limits;
pub mod multipart;
pub mod openapi;
pub mod places;
pub mod reply;
pub mod router;
pub mod server;
mod shape;
pub mod trust;
pub mod wire;
mod ws;

use crate::{actors::supervisor::Actors, store::summaries::Summaries};
use assets::Assets;
use attempts::Attempts;
use connections::Connections;
use limits::Limits;
use openapi::Openapi;
use places::{PerAddress, Places};
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use trust::HostKey;

/// What every request can reach. Holds no state of the party's own.
#[derive(Debug)]
pub struct App {
    /// Whom to ask.
    pub actors: Actors,
    /// Files to serve.
    pub assets: Assets,
    /// Pictures of nights.
    pub summaries: Summaries,
    /// The description of the API.
    pub openapi: Openapi,
    /// The secret of the host.
    pub host_key: HostKey,
    /// The secret of the uploaders.
    pub upload_token: String,
    /// What is counted by address and minute.
    pub attempts: Attempts,
    /// Places for connections.
    pub connections: Arc<Connections>,
    /// Times and numbers that are limited.
    pub limits: Limits,
    /// Bounds what strangers have answered at once.
    pub requests: PerAddress,
    /// Bounds the pages of strangers.
    pub watchers: PerAddress,
    /// Bounds the uploads that are held in memory.
    pub uploads: Places,
    /// The same for those that have yet to show a token: whoever fills these places keeps nobody out who shows it first.
    pub unproven_uploads: Places,
    /// The same for checks, which need no token: whoever fills these places keeps no uploader out.
    pub checks: Places,
    /// Cancelled when the host shuts down; open WebSockets end then.
    pub shutdown: CancellationToken,
    /// Connections and WebSockets, waited for at the end.
    pub tasks: TaskTracker,
}
