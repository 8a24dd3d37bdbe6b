//! What a page sends in a night.
//!
//! Each line is a message, but one of `+` and digits, which lets so many milliseconds pass. A report on round `$` is one
//! on the frame that there is. The disk confirms at once what the round asks it to write.

use maribro_contract::{
    metadata::Metadata,
    wire::{FrameReport, GameSummary, MAX_SCORE, PartySettings, Phase, ScreenCommand, SessionState},
};
use maribro_host::{
    error::Error,
    http::commands,
    party::{
        queue,
        round::{Effect, Event, Round, Timing},
        scoring, session, settings,
    },
};
use std::{sync::Arc, time::Duration};

/// Longest time that one line lets pass.
const MAX_PAUSE_MS: u64 = 60_000;
/// Most steps that the clock takes to lead back to the lobby.
const MAX_STEPS: usize = 10_000;
/// What a command may be refused with.
const REFUSALS: [&str; 7] =
    ["bad_body", "unknown_avatar", "unknown_game", "avatar_taken", "pad_taken", "forbidden", "unavailable"];

/// Any messages leave a session and a round that hold together, and the clock alone leads back to the lobby.
///
/// # Panics
/// A promise is broken.
pub fn messages(bytes: &[u8]) {
    let mut night = Night::begin();
    for line in bytes.split(|byte| *byte == b'\n') {
        // A text frame is UTF-8; others do not come this far.
        let Ok(text) = std::str::from_utf8(line) else { continue };
        match text.strip_prefix('+').and_then(|pause| pause.parse::<u64>().ok()) {
            Some(pause) => night.wait(pause),
            None => night.hear(text),
        }
        night.holds_together();
    }
    night.ends();
}

struct Night {
    session: SessionState,
    round: Round,
    settings: PartySettings,
    now: Duration,
    wrote: Vec<String>,
}

impl Night {
    fn begin() -> Self {
        let mut night = Self {
            session: session::begin("2026-01-01T00:00:00.000Z"),
            round: Round::new(Timing::default(), 1),
            settings: settings::defaults(),
            now: Duration::ZERO,
            wrote: Vec::new(),
        };
        night.step(Event::GamesChanged(Arc::new(vec![game("a", 5.0), game("b", 300.0)])));
        night.step(Event::StageChanged(Some(1)));
        night
    }

    fn wait(&mut self, pause_ms: u64) {
        self.now += Duration::from_millis(pause_ms.min(MAX_PAUSE_MS));
        self.step(Event::Clock);
    }

    fn hear(&mut self, text: &str) {
        let (named, command) = commands::read(text);
        assert!(named.is_none_or(|named| named.chars().count() <= commands::MAX_NAMED_CHARS));
        match command {
            Ok(command) => {
                let again = serde_json::to_string(&command).expect("a command is JSON");
                assert_eq!(commands::read(&again).1.as_ref(), Ok(&command));
                self.obey(command);
            }
            Err(error) => assert_eq!(error.code(), "bad_body"),
        }
    }

    fn obey(&mut self, command: ScreenCommand) {
        match command {
            ScreenCommand::Join { .. } => {}
            ScreenCommand::ClaimSeat { gamepad_index, slot } => {
                self.seats(|state| session::claim_seat(state, gamepad_index, slot));
            }
            ScreenCommand::ChooseAvatar { slot, avatar_id } => {
                self.seats(|state| session::choose_avatar(state, slot, &avatar_id));
            }
            ScreenCommand::MovePad { slot, gamepad_index } => {
                self.seats(|state| session::move_pad(state, slot, gamepad_index));
            }
            ScreenCommand::LeaveSeat { slot } => self.seats(|state| session::leave_seat(state, slot)),
            ScreenCommand::JoinQueue { avatar_id, gamepad_index } => {
                let mode = self.settings.queue_mode;
                self.seats(|state| queue::join(state, mode, &avatar_id, gamepad_index));
            }
            ScreenCommand::LeaveQueue { avatar_id } => self.seats(|state| queue::leave(state, &avatar_id)),
            ScreenCommand::SetReady { slot, ready } => self.step(Event::SetReady { slot, ready }),
            ScreenCommand::StartVote {} => self.step(Event::StartVote),
            ScreenCommand::Vote { slot, game_id } => self.step(Event::Vote { slot, game_id }),
            ScreenCommand::StartGame { game_id } => self.step(Event::StartGame(game_id)),
            ScreenCommand::EndRound {} => self.step(Event::EndRound),
            ScreenCommand::PauseRound { reason, slot } => self.step(Event::Pause { reason, slot }),
            ScreenCommand::ResumeRound {} => self.step(Event::Resume),
            ScreenCommand::RestartRound {} => self.step(Event::Restart),
            ScreenCommand::ChangeSettings(change) => match settings::change(&self.settings, &change) {
                Ok(settings) => {
                    self.settings = settings;
                    self.step(Event::SettingsChanged(Arc::new(self.settings.clone())));
                }
                Err(error) => assert!(REFUSALS.contains(&error.code()), "{error:?}"),
            },
            ScreenCommand::Rate { slot, rating } => self.step(Event::Rate { slot, rating }),
            ScreenCommand::FrameReport { round_id, frame_attempt, report } => {
                if let FrameReport::Ended { scores_by_slot } = &report {
                    assert!(scoring::scores(scores_by_slot).iter().all(|score| *score <= MAX_SCORE));
                }
                let (round_id, attempt) = match round_id.as_str() {
                    "$" => (self.round.id().to_owned(), self.round.view(self.now).frame_attempt),
                    _ => (round_id, frame_attempt),
                };
                self.step(Event::Frame { round_id, attempt, report });
            }
        }
    }

    fn seats(&mut self, change: impl FnOnce(&mut SessionState) -> Result<(), Error>) {
        let before = self.session.clone();
        match change(&mut self.session) {
            Ok(()) => self.session_changed(),
            Err(error) => {
                assert!(REFUSALS.contains(&error.code()), "{error:?}");
                assert_eq!(self.session, before, "what is refused changes nothing");
            }
        }
    }

    fn session_changed(&mut self) {
        let (seats, played) = (session::seated(&self.session), session::played(&self.session));
        self.step(Event::SessionChanged { seats, played });
    }

    fn step(&mut self, event: Event) {
        let (round, effects) = self.round.clone().step(event, self.now);
        self.round = round;
        for effect in effects {
            match effect {
                Effect::Refuse(error) => assert!(REFUSALS.contains(&error.code()), "{error:?}"),
                Effect::Record(record) => {
                    assert!(record.scores.iter().all(|score| *score <= MAX_SCORE));
                    let round_id = record.round_id.clone().expect("a round has an id");
                    assert!(!self.wrote.contains(&round_id), "a round is written down once");
                    assert!(session::record(&mut self.session, &record, "2026-01-01T00:00:00.000Z"));
                    self.wrote.push(round_id.clone());
                    self.session_changed();
                    self.step(Event::Recorded { round_id });
                }
                Effect::SaveRatings { round_id, ratings } => {
                    assert!(
                        session::rate(&mut self.session, &round_id, ratings),
                        "only what was written down is rated"
                    );
                    self.session_changed();
                    self.step(Event::RatingsSaved { round_id, ratings });
                }
                Effect::TakeTurns { round_id, mode } => {
                    queue::take_turns(&mut self.session, &round_id, mode);
                    self.session_changed();
                }
                _ => {}
            }
        }
    }

    fn holds_together(&self) {
        let mut normal = self.session.clone();
        session::normalize(&mut normal);
        assert_eq!(normal, self.session);
        let round = self.round.view(self.now);
        assert!(round.scores_by_slot.is_none_or(|scores| scores.iter().all(|score| *score <= MAX_SCORE)));
        assert!(round.creator_bonus.is_none_or(|bonus| bonus <= MAX_SCORE));
        assert_eq!(round.scores_by_slot.is_some(), matches!(round.phase, Phase::Results | Phase::Rating));
        assert!(round.scores_by_slot.is_none() || self.wrote.contains(&round.id), "shown, so it is on disk");
    }

    /// The pages are gone.
    fn ends(mut self) {
        for _ in 0..MAX_STEPS {
            let Some(deadline) = self.round.next_deadline() else { break };
            self.now = self.now.max(deadline);
            self.step(Event::Clock);
        }
        assert_eq!(self.round.view(self.now).phase, Phase::Lobby);
        let text = serde_json::to_string(&self.session).expect("a session is JSON");
        assert_eq!(serde_json::from_str::<SessionState>(&text).expect("it was written so"), self.session);
    }
}

fn game(id: &str, max_duration_sec: f64) -> GameSummary {
    let metadata = Metadata { max_duration_sec, creator_avatar_id: "cat-pink".to_owned(), ..Metadata::default() };
    metadata.summary(id, &format!("{id}.html"), "2026-01-01T00:00:00.000Z".to_owned())
}
