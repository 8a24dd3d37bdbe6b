//! The host over real sockets: what is promised to clients, one module a promise.

mod assets;
mod bad_input;
mod durability;
mod harness;
mod rounds;
mod screens;
mod shelf;
mod trust;
mod v1;
