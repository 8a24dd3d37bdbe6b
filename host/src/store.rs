//! Files that survive a power cut.
//!
//! - [`atomic`]: a file is either the old one or the new one, never a part
//! - [`data_lock`]: one host a data folder
//! - [`games_folder`]: the games, and what else lies in their folder
//! - [`revisions`]: earlier states of games, and how they come back
//! - [`incidents`]: what became of games that were taken off the stage
//! - [`large_buffer`]: memory for a whole game, given back when it is done
//! - [`summaries`]: pictures of nights
//! - [`session_file`]: the file `data/session.json`
//! - [`settings_file`]: the file `data/settings.json`
//! - [`host_key`]: the secret that makes a browser elsewhere the host

pub mod atomic;
pub mod data_lock;
pub mod games_folder;
pub mod host_key;
pub mod incidents;
pub mod large_buffer;
pub mod revisions;
pub mod session_file;
pub mod settings_file;
pub mod summaries;
