//! The command line as game makers use it: the real program, a real host, a real browser.
//!
//! - `corpus`: games with one fault each, odd games without any, and the games that come with the host
//! - `journey`: from `new` to the shelf
//! - `sending`: connections that break off
//! - `refusals`: what cannot run says so, and how

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod corpus;
mod harness;
mod journey;
mod refusals;
mod sending;
