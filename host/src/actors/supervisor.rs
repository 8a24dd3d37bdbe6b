//! The supervisor starts the seven actors and starts one again that panicked.

use super::{
    MAX_RESTARTS, RESTART_WINDOW, playtester, playtester::Playtester, registry, registry::Registry, round,
    round::Round, screens::Screens, session, session::Session, settings, settings::Settings, validator::Validator,
};
use crate::{
    board::Board,
    party::round::Timing,
    playtest,
    store::{games_folder::GamesFolder, session_file::SessionFile, settings_file::SettingsFile},
};
use kameo::{
    Actor,
    actor::{ActorRef, Spawn},
    error::Infallible,
    supervision::{RestartPolicy, SupervisedActorBuilder},
};
use std::{path::PathBuf, sync::Arc};

/// Where to reach each actor; stays valid when one is started again.
#[derive(Debug, Clone)]
pub struct Actors {
    /// Seats, scores, history.
    pub session: ActorRef<Session>,
    /// What people set for the party.
    pub settings: ActorRef<Settings>,
    /// The shelf.
    pub registry: ActorRef<Registry>,
    /// The workers that check uploads.
    pub validator: ActorRef<Validator>,
    /// The one who has uploads played.
    pub playtester: ActorRef<Playtester>,
    /// The running round.
    pub round: ActorRef<Round>,
    /// The connected pages.
    pub screens: ActorRef<Screens>,
    /// What they publish.
    pub board: Arc<Board>,
}

impl Actors {
    /// Name of each actor and whether it is alive.
    pub fn alive(&self) -> [(&'static str, bool); 7] {
        [
            ("session", self.session.is_alive()),
            ("settings", self.settings.is_alive()),
            ("registry", self.registry.is_alive()),
            ("validator", self.validator.is_alive()),
            ("playtester", self.playtester.is_alive()),
            ("round", self.round.is_alive()),
            ("screens", self.screens.is_alive()),
        ]
    }
}

/// What the actors are made from.
#[derive(Debug, Clone)]
pub struct Args {
    /// Where they publish.
    pub board: Arc<Board>,
    /// The session's file.
    pub session_file: SessionFile,
    /// The settings' file.
    pub settings_file: SettingsFile,
    /// The games.
    pub games: GamesFolder,
    /// Where it is written what became of games.
    pub incidents: PathBuf,
    /// Whether and how uploads are played.
    pub playtests: Option<playtest::Settings>,
    /// Lengths of the parts of a round.
    pub timing: Timing,
}

/// See the module. It holds every child, for a child that nobody holds cannot be reached by its own timers.
#[derive(Debug)]
pub struct Supervisor {
    _actors: Actors,
}

impl Actor for Supervisor {
    type Args = (Args, tokio::sync::oneshot::Sender<Actors>);
    type Error = Infallible;

    async fn on_start((args, started): Self::Args, me: ActorRef<Self>) -> Result<Self, Infallible> {
        let Args { board, session_file, settings_file, games, incidents, playtests, timing } = args;
        let screens = patient(Screens::supervise(&me, Arc::clone(&board))).spawn().await;
        let session = session::Args { file: session_file, board: Arc::clone(&board), screens: screens.clone() };
        let session = patient(Session::supervise(&me, session)).spawn().await;
        let settings = settings::Args { file: settings_file, board: Arc::clone(&board), screens: screens.clone() };
        let settings = patient(Settings::supervise(&me, settings)).spawn().await;
        let registry =
            registry::Args { folder: games.clone(), incidents, board: Arc::clone(&board), screens: screens.clone() };
        let registry = patient(Registry::supervise(&me, registry)).spawn().await;
        let validator = patient(Validator::supervise(&me, ())).spawn().await;
        let playtester = playtester::Args {
            settings: playtests,
            games: games.clone(),
            board: Arc::clone(&board),
            registry: registry.clone(),
        };
        let playtester = patient(Playtester::supervise(&me, playtester)).spawn().await;
        let round = round::Args {
            timing,
            games,
            board: Arc::clone(&board),
            session: session.clone(),
            registry: registry.clone(),
            screens: screens.clone(),
        };
        let round = patient(Round::supervise(&me, round)).spawn().await;
        let actors = Actors { session, settings, registry, validator, playtester, round, screens, board };
        // Who started us may be gone already; then the actors end with this one.
        started.send(actors.clone()).ok();
        Ok(Self { _actors: actors })
    }
}

/// A child that is always started again.
fn patient<S: Actor, C: Actor>(child: SupervisedActorBuilder<'_, S, C>) -> SupervisedActorBuilder<'_, S, C> {
    child.restart_policy(RestartPolicy::Transient).restart_limit(MAX_RESTARTS, RESTART_WINDOW)
}

/// Starts the supervisor and its actors; they are ready when this returns, and end when the supervisor is stopped.
///
/// # Errors
/// The supervisor could not start.
pub async fn start(args: Args) -> anyhow::Result<(ActorRef<Supervisor>, Actors)> {
    let (started, actors) = tokio::sync::oneshot::channel();
    let supervisor = Supervisor::spawn((args, started));
    let actors = actors.await?;
    actors.session.wait_for_startup().await;
    actors.settings.wait_for_startup().await;
    actors.registry.wait_for_startup().await;
    actors.round.wait_for_startup().await;
    Ok((supervisor, actors))
}
