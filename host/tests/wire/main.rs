//! The host over real sockets: what is promised to clients, one module a promise.

#![allow(clippy::unwrap_used, reason = "in a test, the panic is the report")]
#![allow(unreachable_pub, reason = "what modules of a test share")]

mod announce;
mod assets;
mod bad_input;
mod described;
mod durability;
mod harness;
mod hostile_crowd;
mod hostile_http;
mod hostile_ws;
mod kit;
mod openapi;
mod playtest;
mod program;
mod queue;
mod rounds;
mod screens;
mod shelf;
mod summary;
mod trust;
mod tunnel;
mod v1;
mod versions;
