//! The front door: raw hyper, one table of routes, thin handlers.
//!
//! - [`server`]: accept, serve, shut down
//! - [`router`]: the table of routes
//! - [`trust`]: who is calling
//! - [`reply`], [`error`]: what an answer looks like
//! - [`assets`]: the page, the SDK and the games, with ETag and Range
//! - [`ws`]: the screens' WebSocket
//! - `api`: a file for each part of the API

mod api;
pub mod assets;
pub mod attempts;
pub mod error;
mod multipart;
pub mod reply;
pub mod router;
pub mod server;
pub mod trust;
mod ws;

use crate::actors::supervisor::Actors;
use assets::Assets;
use attempts::Attempts;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use trust::HostKey;

/// What every request can reach. Holds no state of the party's own.
#[derive(Debug)]
pub struct App {
    /// Whom to ask.
    pub actors: Actors,
    /// Files to serve.
    pub assets: Assets,
    /// The secret of the host.
    pub host_key: HostKey,
    /// The secret of the uploaders.
    pub upload_token: String,
    /// Wrong secrets, by address.
    pub attempts: Attempts,
    /// Bounds the uploads that are held in memory.
    pub uploads: Arc<Semaphore>,
    /// The same for checks, which need no token: whoever fills these places keeps no uploader out.
    pub checks: Arc<Semaphore>,
    /// Cancelled when the host shuts down; open WebSockets end then.
    pub shutdown: CancellationToken,
    /// Connections and WebSockets, waited for at the end.
    pub tasks: TaskTracker,
}
