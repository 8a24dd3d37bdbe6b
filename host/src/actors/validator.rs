//! Validator owns the workers that look into uploads, off the async threads.
//!
//! It promises an answer soon: what would wait too long in its queue is told to come again.

use crate::error::Error;
use bytes::Bytes;
use kameo::{
    Actor,
    actor::ActorRef,
    error::Infallible,
    message::{Context, Message},
    reply::DelegatedReply,
};
use maribro_contract::checks::{self, Inspection};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Files that are looked into at the same time.
const WORKERS: usize = 2;
/// Files that are looked into or wait for it. Each is at most 20 MB, so this also bounds memory.
const MAX_QUEUE: usize = 8;

/// See the module.
#[derive(Debug)]
pub struct Validator {
    workers: Arc<Semaphore>,
    queue: Arc<Semaphore>,
}

impl Actor for Validator {
    type Args = ();
    type Error = Infallible;

    async fn on_start(_: (), _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(Self { workers: Arc::new(Semaphore::new(WORKERS)), queue: Arc::new(Semaphore::new(MAX_QUEUE)) })
    }
}

/// Run every static check of contract §6.
#[derive(Debug, Clone)]
pub struct Validate(pub Bytes);

impl Message<Validate> for Validator {
    type Reply = DelegatedReply<Result<Inspection, Error>>;

    async fn handle(&mut self, Validate(bytes): Validate, ctx: &mut Context<Self, Self::Reply>) -> Self::Reply {
        let place = Arc::clone(&self.queue).try_acquire_owned();
        let workers = Arc::clone(&self.workers);
        ctx.spawn(async move {
            let _place = place.map_err(|_| Error::Unavailable("too many games are being checked; try again".into()))?;
            let broke_off = |what: String| Error::Internal(format!("checking the game broke off: {what}"));
            let _worker = workers.acquire_owned().await.map_err(|error| broke_off(error.to_string()))?;
            let checked = tokio::task::spawn_blocking(move || checks::inspect(&bytes)).await;
            checked.map_err(|error| broke_off(error.to_string()))
        })
    }
}
