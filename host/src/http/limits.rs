//! Limits that several parts of the front door share, and those that tests change. docs/architecture.md, Limits,
//! has all limits in one table.

use super::attempts::{CHECKS_PER_WINDOW, UPLOADS_PER_WINDOW};
use std::time::Duration;

/// Connections at the same time, WebSockets included. Each costs some KB, and up to the buffer for its headers.
pub const MAX_CONNECTIONS: usize = 4_096;
/// Of these from one address of another machine. A household's browsers hold some six each.
pub const MAX_PER_PEER: usize = 256;
/// Longest time from the beginning of a request to the end of its headers, and from connecting to the first request.
pub const MAX_HEAD_TIME: Duration = Duration::from_secs(10);
/// Longest silence between two requests. cloudflared itself gives up after 90 s: it must be first, else it sends a
/// request into a connection that is being closed.
pub const MAX_IDLE: Duration = Duration::from_secs(100);
/// A reader that takes nothing for this long is gone. The system takes up to some MB on its behalf before that counts.
pub const MAX_WRITE_STALL: Duration = Duration::from_secs(30);
/// Longest silence within an upload.
pub const MAX_SILENCE: Duration = Duration::from_secs(15);
/// From this time on an upload must have kept the pace of [`MIN_PACE`].
pub const PACE_GRACE: Duration = Duration::from_secs(15);
/// Bytes per second that an upload must bring on average. The slowest of phones bring more.
pub const MIN_PACE: usize = 16 * 1024;

/// Requests of one address that are being answered at the same time. A tunnel answers for a whole house.
pub const MAX_REQUESTS_EACH: usize = 64;
/// WebSockets of one address that is not the host.
pub const MAX_WATCHERS_EACH: usize = 64;
/// Uploads, and likewise checks, of one address at the same time, when it is not the host.
pub const MAX_FORMS_EACH: usize = 2;
/// Uploads with the right token in their header that are held in memory at the same time; each is at most 20 MB.
pub const MAX_UPLOADS: usize = 4;
/// Uploads whose token comes only with the form. A place of its own: a stranger without any token can fill it.
pub const MAX_UNPROVEN_UPLOADS: usize = 4;
/// Files sent to be checked that are held in memory at the same time.
pub const MAX_CHECKS: usize = 4;

/// Limits that tests change. The defaults are the constants of this file and of `attempts`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// [`MAX_CONNECTIONS`]; fewer when the system allows fewer open files.
    pub connections: usize,
    /// [`MAX_PER_PEER`]
    pub per_peer: usize,
    /// [`MAX_HEAD_TIME`]
    pub head: Duration,
    /// [`MAX_IDLE`]
    pub idle: Duration,
    /// [`MAX_WRITE_STALL`]
    pub write_stall: Duration,
    /// [`MAX_SILENCE`]
    pub silence: Duration,
    /// [`PACE_GRACE`]
    pub pace_grace: Duration,
    /// [`UPLOADS_PER_WINDOW`]
    pub uploads_per_window: u32,
    /// [`CHECKS_PER_WINDOW`]
    pub checks_per_window: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: MAX_CONNECTIONS,
            per_peer: MAX_PER_PEER,
            head: MAX_HEAD_TIME,
            idle: MAX_IDLE,
            write_stall: MAX_WRITE_STALL,
            silence: MAX_SILENCE,
            pace_grace: PACE_GRACE,
            uploads_per_window: UPLOADS_PER_WINDOW,
            checks_per_window: CHECKS_PER_WINDOW,
        }
    }
}
