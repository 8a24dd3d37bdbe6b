//! The daemon as a program: real sockets, real SDL, virtual pads at the bottom. One module a promise.

#![allow(missing_docs, reason = "tests are named for what they guarantee")]

mod crowd;
mod door;
mod effects;
mod frames;
mod harness;
mod identity;
mod kernel;
mod messages;
mod motion;
mod program;
mod states;
mod taps;
