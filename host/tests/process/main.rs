//! The host as a process of its own: killed at any moment, on disks that refuse, two on one data folder, with an input daemon, with a tunnel.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "in a test, the panic is the report")]

mod alone;
mod client;
mod crash;
mod daemon;
mod disks;
mod input;
mod ledger;
mod program;
mod session_scripts;
mod tunnel;
