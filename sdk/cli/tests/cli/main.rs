//! The command line as game makers use it: the real program, a real host, a real browser.
//!
//! - `corpus`: games with one fault each, odd games without any, and the games that come with the host
//! - `dev`: a game that is played while it is written
//! - `discovery`: hosts that nobody named
//! - `kit`: from `new` to the big screen and back, with installed programs alone
//! - `journey`: what is refused on that way, and `verify --watch`
//! - `sending`: connections that break off
//! - `shown`: every command that skills and AGENTS.md show
//! - `refusals`: what cannot run says so, and how

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod corpus;
mod dev;
mod discovery;
mod harness;
mod journey;
mod kit;
mod programs;
mod refusals;
mod sending;
mod shown;
