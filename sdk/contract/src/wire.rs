//! JSON types of the HTTP API and of the screens' WebSocket.
//!
//! `public/app/types.d.ts` states the same shapes for the page; `tests/wire_samples.rs` holds the two together.

mod api;
mod games;
mod health;
mod playtests;
mod screens;
mod settings;

pub use api::*;
pub use games::*;
pub use health::*;
pub use playtests::*;
pub use screens::*;
pub use settings::*;
