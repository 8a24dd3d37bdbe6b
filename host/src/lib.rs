//! x
pub mod error;
pub mod party;
