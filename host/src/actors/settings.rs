//! Settings owns what people set for the whole party, and its file.
//!
//! It publishes a change before it is on disk: a disk that refuses must not keep anybody from a shorter vote. What could
//! not be written is written with the next change.

use super::{
    on_disk,
    screens::{Screens, deliver},
};
use crate::{board::Board, error::Error, party::settings, store::settings_file::SettingsFile};
use kameo::{
    Actor,
    actor::ActorRef,
    error::Infallible,
    message::{Context, Message},
};
use maribro_contract::wire::{PartySettings, ScreenEvent, SettingsChange};
use std::sync::Arc;

/// See the module.
#[derive(Debug)]
pub struct Settings {
    file: SettingsFile,
    board: Arc<Board>,
    screens: ActorRef<Screens>,
}

/// What Settings is made from, also after a panic.
#[derive(Debug, Clone)]
pub struct Args {
    /// Its file.
    pub file: SettingsFile,
    /// Where it publishes.
    pub board: Arc<Board>,
    /// Who is told.
    pub screens: ActorRef<Screens>,
}

impl Actor for Settings {
    type Args = Args;
    type Error = Infallible;

    async fn on_start(args: Args, _: ActorRef<Self>) -> Result<Self, Infallible> {
        let Args { file, board, screens } = args;
        let reader = file.clone();
        match on_disk(move || reader.load()).await {
            Ok(settings) => board.settings.send_replace(Arc::new(settings)),
            Err(error) => {
                // After a panic what was published goes on.
                tracing::error!(%error, "settings.json cannot be read");
                board.settings.borrow().clone()
            }
        };
        Ok(Self { file, board, screens })
    }
}

/// Set something for the whole party.
#[derive(Debug, Clone)]
pub struct ChangeSettings(pub SettingsChange);

impl Message<ChangeSettings> for Settings {
    type Reply = Result<(), Error>;

    async fn handle(
        &mut self,
        ChangeSettings(change): ChangeSettings,
        _: &mut Context<Self, Self::Reply>,
    ) -> Self::Reply {
        if let Some(id) = &change.hide_game
            && self.board.shelf.borrow().find(id).is_none()
        {
            return Err(Error::UnknownGame(id.clone()));
        }
        let before = self.board.settings.borrow().clone();
        let settings = settings::change(&before, &change)?;
        if settings == *before {
            return Ok(());
        }
        self.publish(settings.clone()).await;
        let file = self.file.clone();
        if let Err(error) = on_disk(move || file.save(&settings)).await {
            tracing::error!(%error, "the settings could not be saved; they hold until the host ends");
        }
        Ok(())
    }
}

impl Settings {
    async fn publish(&self, settings: PartySettings) {
        self.board.settings.send_replace(Arc::new(settings.clone()));
        deliver(&self.screens, ScreenEvent::SettingsChanged { settings }).await;
    }
}
