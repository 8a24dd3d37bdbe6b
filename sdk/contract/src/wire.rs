//! JSON types of the HTTP API and of the screens' WebSocket.
//!
//! `public/app/types.d.ts` states the same shapes for the page; `tests/wire_samples.rs` holds the two together.

mod api;
mod screens;

pub use api::*;
pub use screens::*;
