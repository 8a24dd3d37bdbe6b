//! The handlers: parse, ask one actor, answer.

pub(crate) mod games;
pub(crate) mod host;
pub(crate) mod session;
pub(crate) mod summary;
mod whole;
