//! maribro-host: lobby, rounds, uploads and scores of Maribro Party.
//!
//! - [`party`]: the rules, pure
//! - [`actors`]: who owns what; shells around the rules
//! - [`board`]: what the actors publish
//! - [`store`]: files that survive a power cut
//! - [`error`]: every refusal

pub mod actors;
pub mod board;
pub mod error;
pub mod party;
pub mod store;
