//! The pure rules of the party. No tokio, no kameo, no I/O.
//!
//! - [`scoring`]: what a score and a rating are worth
//! - [`session`]: seats, leaderboard and history
//! - [`queue`]: who waits for a seat, and who makes room
//! - [`settings`]: what people set for the whole party
//! - [`round`]: the round's state machine, with [`ballot`] (the vote) and [`watchdog`] (is the game alive?)

pub mod ballot;
pub mod diary;
pub mod queue;
pub mod round;
pub mod scoring;
pub mod session;
pub mod settings;
pub mod watchdog;
