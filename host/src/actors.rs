//! The actors: one a file, each owns one thing. What they decide stands in [`crate::party`] and [`crate::store`].

use crate::error::Error;
use kameo::{Actor, Reply, actor::ActorRef, error::SendError, message::Message};
use std::{future::Future, io, time::Duration};

pub mod playtester;
pub mod registry;
pub mod round;
pub mod screens;
pub mod session;
pub mod settings;
pub mod supervisor;
pub mod validator;

/// Longest time that a request waits for an actor. A 20 MB upload on a slow disk takes seconds.
pub const ASK_TIMEOUT: Duration = Duration::from_secs(20);

/// Restarts that an actor gets per [`RESTART_WINDOW`] before the supervisor gives up on it.
const MAX_RESTARTS: u32 = 20;
/// See [`MAX_RESTARTS`].
const RESTART_WINDOW: Duration = Duration::from_secs(10);
/// Pause before asking again an actor that is just restarting.
const RESTART_PAUSE: Duration = Duration::from_millis(10);
/// How often a restarting actor is asked again.
const ASK_TRIES: u32 = 50;

/// Does blocking work off the async threads.
///
/// # Errors
/// The work's own, or that it panicked.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

/// Asks an actor, and asks again when it was restarting and so never began on the message.
///
/// # Errors
/// The actor's own refusal; [`Error::Unavailable`] when it does not answer in [`ASK_TIMEOUT`] or broke off on this
/// very message.
pub fn ask<A, M, T>(actor: &ActorRef<A>, mut message: M) -> impl Future<Output = Result<T, Error>> + Send
where
    A: Actor + Message<M>,
    M: Send + Sync + 'static,
    T: Send + 'static,
    <A as Message<M>>::Reply: Reply<Ok = T, Error = Error>,
{
    let actor = actor.clone();
    async move {
        for _ in 0..ASK_TRIES {
            match actor.ask(message).mailbox_timeout(ASK_TIMEOUT).reply_timeout(ASK_TIMEOUT).await {
                Ok(answer) => return Ok(answer),
                Err(SendError::HandlerError(refusal)) => return Err(refusal),
                Err(SendError::ActorRestarting(back)) => {
                    message = back;
                    tokio::time::sleep(RESTART_PAUSE).await;
                }
                Err(error) => {
                    tracing::warn!(actor = <A as Actor>::name(), %error, "an actor did not answer");
                    break;
                }
            }
        }
        Err(Error::Unavailable("the host is busy or recovering; try again".into()))
    }
}
