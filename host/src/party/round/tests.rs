//! What the round guarantees.

use super::*;
use crate::party::session::Record;
use maribro_contract::wire::{ConsoleLevel, ConsoleLine, FrameReport, Mishap, Phase, UncaughtError};
use serde_json::json;
use std::collections::HashMap;

mod lobby;
mod nights;
mod pause;

const STAGE: Option<u64> = Some(1);

fn game(id: &str, seconds: f64) -> GameSummary {
    GameSummary {
        id: id.into(),
        filename: format!("{id}.html"),
        title: id.to_uppercase(),
        description: String::new(),
        author: String::new(),
        creator_avatar_id: "fox-orange".into(),
        max_duration_sec: seconds,
        uploaded_at: String::new(),
        unstable: false,
        failed_playtest: false,
    }
}

fn pair() -> Seats {
    [Some("knight-red".into()), None, Some("cat-pink".into()), None]
}

/// A party at its table: steps the round and keeps what came of it.
struct Table {
    round: Round,
    now: Duration,
    effects: Vec<Effect>,
}

impl Table {
    fn empty() -> Self {
        Self { round: Round::new(Timing::default(), 7), now: Duration::ZERO, effects: Vec::new() }
    }

    /// Two players, two games, a stage.
    fn laid() -> Self {
        let mut table = Self::empty();
        table.event(Event::StageChanged(STAGE));
        table.event(Event::SessionChanged { seats: pair(), played: BTreeSet::new() });
        table.event(Event::GamesChanged(Arc::new(vec![game("a", 30.0), game("b", 20.0)])));
        table
    }

    fn loading() -> Self {
        let mut table = Self::laid();
        table.event(Event::StartGame("a".into()));
        table
    }

    fn playing() -> Self {
        let mut table = Self::loading();
        table.report(FrameReport::Ready { sdk_version: String::new() });
        table
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        let (round, effects) = self.round.clone().step(event, self.now);
        self.round = round;
        self.effects.extend(effects.iter().cloned());
        effects
    }

    fn report(&mut self, report: FrameReport) -> Vec<Effect> {
        let (round_id, attempt) = (self.round.id.clone(), self.round.frame_attempt);
        self.event(Event::Frame { round_id, attempt, report })
    }

    fn ended(&mut self, scores: serde_json::Value) -> Vec<Effect> {
        self.report(FrameReport::Ended { scores_by_slot: scores.as_array().unwrap().clone() })
    }

    fn recorded(&mut self) -> Vec<Effect> {
        let round_id = self.round.id.clone();
        self.event(Event::Recorded { round_id })
    }

    /// The disk answers to the newest ratings that were put out.
    fn ratings_saved(&mut self) -> Vec<Effect> {
        let newest = self.effects.iter().rev().find_map(|effect| match effect {
            Effect::SaveRatings { round_id, ratings } => Some((round_id.clone(), *ratings)),
            _ => None,
        });
        let (round_id, ratings) = newest.unwrap_or_default();
        self.event(Event::RatingsSaved { round_id, ratings })
    }

    fn wait(&mut self, duration: Duration) -> Vec<Effect> {
        self.now += duration;
        self.event(Event::Clock)
    }

    fn wait_ms(&mut self, millis: u64) -> Vec<Effect> {
        self.wait(Duration::from_millis(millis))
    }

    fn phase(&self) -> Phase {
        self.round.view(self.now).phase
    }

    fn records(&self) -> Vec<&Record> {
        self.effects.iter().filter_map(|e| if let Effect::Record(r) = e { Some(r) } else { None }).collect()
    }

    fn taken_off(&self) -> Vec<(GameSummary, Mishap)> {
        let of = |e: &Effect| {
            if let Effect::TakenOff(game, mishap) = e { Some((game.clone(), mishap.clone())) } else { None }
        };
        self.effects.iter().filter_map(of).collect()
    }

    fn notices(&self) -> Vec<NoticeCode> {
        self.effects.iter().filter_map(|e| if let Effect::Notify(n) = e { Some(n.code) } else { None }).collect()
    }
}

fn refused(effects: &[Effect]) -> Option<&'static str> {
    effects.iter().find_map(|e| if let Effect::Refuse(error) = e { Some(error.code()) } else { None })
}

#[test]
fn a_whole_round_goes_from_the_lobby_to_the_lobby() {
    let mut table = Table::laid();
    table.event(Event::SetReady { slot: 0, ready: true });
    assert_eq!(table.phase(), Phase::Lobby);
    table.event(Event::SetReady { slot: 2, ready: true });
    assert_eq!(table.phase(), Phase::Vote);
    table.event(Event::Vote { slot: 0, game_id: "b".into() });
    table.event(Event::Vote { slot: 2, game_id: "b".into() });
    assert_eq!(table.round.view(table.now).remaining_ms, Some(1_500), "everyone has voted");
    table.wait_ms(1_500);
    assert_eq!(table.phase(), Phase::Loading);
    table.report(FrameReport::Ready { sdk_version: "1".into() });
    assert_eq!((table.phase(), table.round.view(table.now).remaining_ms), (Phase::Playing, Some(20_000)));
    table.wait_ms(9_000);
    table.ended(json!([10, 7, "3", 9.5]));
    assert_eq!(table.phase(), Phase::Closing, "scores are not shown before they are on disk");
    assert_eq!(table.round.view(table.now).scores_by_slot, None);
    table.recorded();
    let view = table.round.view(table.now);
    assert_eq!(
        (view.phase, view.scores_by_slot, view.outcome),
        (Phase::Results, Some([10, 0, 0, 0]), Some(Outcome::Reported))
    );
    table.wait_ms(6_000);
    assert_eq!(table.phase(), Phase::Rating);
    table.event(Event::Rate { slot: 0, rating: 1 });
    table.event(Event::Rate { slot: 2, rating: -1 });
    assert_eq!(
        table.round.view(table.now).creator_bonus,
        None,
        "the bonus is not shown before its ratings are on disk"
    );
    table.ratings_saved();
    assert_eq!(table.round.view(table.now).creator_bonus, Some(5));
    assert!(table.effects.contains(&Effect::SaveRatings { round_id: table.round.id.clone(), ratings: [1, 0, -1, 0] }));
    table.wait_ms(3_000);
    assert_eq!(table.phase(), Phase::Lobby);
    assert_eq!(table.records().len(), 1);
    assert_eq!(table.notices(), []);
}

#[test]
fn a_game_that_never_reports_gives_zeros_after_the_closing_window() {
    let mut table = Table::playing();
    table.wait_ms(30_000);
    assert_eq!((table.phase(), table.round.view(table.now).end_reason), (Phase::Closing, Some(EndReason::Timeout)));
    table.wait_ms(4_999);
    assert_eq!(table.records().len(), 0);
    table.wait_ms(1);
    assert_eq!((table.records()[0].scores, table.records()[0].outcome), ([0; 4], Outcome::Timeout));
    table.recorded();
    assert_eq!(table.phase(), Phase::Results);
    assert_eq!(table.notices(), [NoticeCode::GameTimeout]);
}

#[test]
fn a_report_in_the_closing_window_counts() {
    let mut table = Table::playing();
    table.wait_ms(32_000);
    table.ended(json!([1, 0, 2, 0]));
    assert_eq!((table.records()[0].scores, table.records()[0].outcome), ([1, 0, 2, 0], Outcome::Reported));
}

#[test]
fn a_report_after_the_closing_window_is_too_late() {
    let mut table = Table::playing();
    table.now += Duration::from_millis(35_000);
    table.ended(json!([9, 9, 9, 9]));
    assert_eq!(table.records().iter().map(|r| r.scores).collect::<Vec<_>>(), [[0; 4]]);
}

#[test]
fn ending_a_round_gives_the_game_three_seconds() {
    let mut table = Table::playing();
    table.event(Event::EndRound);
    let view = table.round.view(table.now);
    assert_eq!((view.phase, view.end_reason, view.remaining_ms), (Phase::Closing, Some(EndReason::Host), Some(3_000)));
    table.wait_ms(3_000);
    assert_eq!(table.records()[0].outcome, Outcome::HostEnded);
}

#[test]
fn ratings_that_close_by_the_clock_are_counted_and_none_at_all_need_no_disk() {
    for rated in [false, true] {
        let mut table = Table::playing();
        table.ended(json!([1, 0, 0, 0]));
        table.recorded();
        table.wait_ms(6_000);
        if rated {
            table.event(Event::Rate { slot: 2, rating: 1 });
            table.ratings_saved();
        }
        table.wait_ms(8_000);
        assert_eq!(table.round.view(table.now).creator_bonus, if rated { None } else { Some(0) });
        assert_eq!(refused(&table.event(Event::Rate { slot: 0, rating: 1 })), Some("unavailable"));
        table.ratings_saved();
        assert_eq!(table.round.view(table.now).creator_bonus, Some(if rated { 10 } else { 0 }));
        table.wait_ms(3_000);
        assert_eq!(table.phase(), Phase::Lobby);
    }
}

#[test]
fn who_takes_a_seat_after_the_game_neither_goes_on_nor_rates_for_who_left_it() {
    let mut table = Table::playing();
    table.ended(json!([1, 0, 0, 0]));
    table.recorded();
    table.event(Event::SetReady { slot: 0, ready: true });
    let mut seats = table.round.seats.clone();
    seats[0] = Some("newcomer".into());
    table.event(Event::SessionChanged { seats: seats.clone(), played: Default::default() });
    assert!(!table.round.view(table.now).ready_by_slot[0]);
    table.wait_ms(6_000);
    assert_eq!(refused(&table.event(Event::Rate { slot: 0, rating: 1 })), Some("bad_body"));
    // All who are still there have rated: nobody waits for who left.
    for slot in (1..SEATS).filter(|slot| seats[*slot].is_some()) {
        table.event(Event::Rate { slot, rating: -1 });
    }
    table.ratings_saved();
    assert_eq!(table.round.view(table.now).creator_bonus, Some(0));
}

#[test]
fn only_the_first_report_counts() {
    let mut table = Table::playing();
    table.ended(json!([1, 0, 0, 0]));
    table.ended(json!([10, 0, 0, 0]));
    table.recorded();
    table.ended(json!([10, 0, 0, 0]));
    assert_eq!(table.records().iter().map(|r| r.scores[0]).collect::<Vec<_>>(), [1]);
}

#[test]
fn scores_before_ready_are_not_heard() {
    let mut table = Table::loading();
    table.ended(json!([10, 10, 10, 10]));
    assert_eq!((table.phase(), table.records().len()), (Phase::Loading, 0));
}

#[test]
fn reports_about_another_frame_are_not_heard() {
    let mut table = Table::playing();
    let (id, attempt) = (table.round.id.clone(), table.round.frame_attempt);
    let report = FrameReport::Ended { scores_by_slot: vec![json!(10)] };
    for (round_id, attempt) in [("other".to_owned(), attempt), (id, attempt + 1)] {
        let effects = table.event(Event::Frame { round_id, attempt, report: report.clone() });
        assert_eq!(effects, []);
    }
    assert_eq!(table.phase(), Phase::Playing);
}

#[test]
fn a_frame_that_never_gets_ready_is_removed_and_costs_nobody_a_point() {
    let mut table = Table::loading();
    table.wait_ms(9_999);
    assert_eq!(table.phase(), Phase::Loading);
    table.wait_ms(1);
    assert_eq!((table.phase(), table.notices()), (Phase::Lobby, vec![NoticeCode::GameHung]));
    assert_eq!((table.records()[0].scores, table.records()[0].outcome), ([0; 4], Outcome::Hung));
}

#[test]
fn a_game_whose_heart_stops_is_removed_three_seconds_later() {
    let mut table = Table::playing();
    table.report(FrameReport::Heartbeat { activity: Some(1) });
    table.wait_ms(2_999);
    assert_eq!(table.phase(), Phase::Playing);
    table.wait_ms(1);
    assert_eq!((table.phase(), table.notices()), (Phase::Lobby, vec![NoticeCode::GameHung]));
}

#[test]
fn an_error_and_then_silence_is_a_crash() {
    let mut table = Table::playing();
    table.report(FrameReport::Error { message: "x is not defined".into(), stack: String::new() });
    table.wait_ms(3_000);
    assert_eq!((table.phase(), table.notices()), (Phase::Lobby, vec![NoticeCode::GameCrashed]));
    assert_eq!(table.records()[0].outcome, Outcome::Crashed);
}

#[test]
fn a_frame_that_navigates_away_is_a_crash_at_once() {
    let mut table = Table::playing();
    table.report(FrameReport::Lost {});
    assert_eq!((table.phase(), table.notices()), (Phase::Lobby, vec![NoticeCode::GameCrashed]));
}

#[test]
fn a_reloaded_stage_gets_the_round_again_once() {
    let mut table = Table::playing();
    let id = table.round.id.clone();
    table.wait_ms(5_000);
    table.event(Event::StageChanged(None));
    let view = table.round.view(table.now);
    assert_eq!((view.phase, view.frame_attempt, view.id.as_str()), (Phase::Loading, 2, id.as_str()));
    table.wait_ms(9_000);
    table.event(Event::StageChanged(Some(2)));
    assert_eq!(table.round.view(table.now).remaining_ms, Some(10_000), "the new page has its full time to load");
    table.report(FrameReport::Ready { sdk_version: String::new() });
    assert_eq!(table.round.view(table.now).remaining_ms, Some(30_000));
    table.event(Event::StageChanged(None));
    assert_eq!((table.phase(), table.notices()), (Phase::Lobby, vec![NoticeCode::StageLost]));
    assert_eq!(table.records().len(), 0);
}

#[test]
fn a_stage_that_stays_away_ends_the_round_without_blaming_the_game() {
    let mut table = Table::playing();
    table.event(Event::StageChanged(None));
    table.wait_ms(10_000);
    assert_eq!((table.phase(), table.notices(), table.records().len()), (Phase::Lobby, vec![NoticeCode::StageLost], 0));
}

#[test]
fn a_round_that_was_ended_does_not_begin_again_on_a_new_page() {
    let mut table = Table::playing();
    table.event(Event::EndRound);
    table.event(Event::StageChanged(None));
    assert_eq!(table.records().iter().map(|r| r.outcome).collect::<Vec<_>>(), [Outcome::HostEnded]);
    table.recorded();
    assert_eq!(table.phase(), Phase::Results);
}

#[test]
fn a_lost_stage_after_the_report_loses_no_score() {
    let mut table = Table::playing();
    table.ended(json!([5, 0, 5, 0]));
    table.event(Event::StageChanged(None));
    table.recorded();
    assert_eq!((table.phase(), table.records().len()), (Phase::Results, 1));
}

#[test]
fn a_game_that_leaves_the_shelf_plays_on_with_the_bytes_that_are_held() {
    let mut table = Table::loading();
    table.event(Event::GamesChanged(Arc::default()));
    assert_eq!(table.phase(), Phase::Loading);
    table.report(FrameReport::Ready { sdk_version: String::new() });
    assert_eq!(table.phase(), Phase::Playing);
}

#[test]
fn each_round_asks_for_its_game_to_be_held_once_and_one_that_cannot_be_is_named() {
    let mut table = Table::laid();
    let effects = table.event(Event::StartGame("a".into()));
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::Hold(game) if game.id == "a")).count(), 1);
    let effects = table.event(Event::StageChanged(Some(2)));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Hold(_))), "a second frame gets the same bytes");
    table.event(Event::Unreadable { round_id: "another".into() });
    assert_eq!(table.phase(), Phase::Loading);
    table.event(Event::Unreadable { round_id: table.round.id.clone() });
    assert_eq!((table.phase(), table.notices()), (Phase::Lobby, vec![NoticeCode::GameGone]));
}

#[test]
fn a_game_that_is_taken_off_leaves_what_is_known_of_it_and_one_that_ends_is_well() {
    let mut table = Table::playing();
    table.wait_ms(500);
    table.report(FrameReport::Phase { phase: FramePhase::Countdown });
    table.report(FrameReport::Log { level: ConsoleLevel::Log, text: "hm".into() });
    table.report(FrameReport::Error { message: "oh".into(), stack: "at b".into() });
    table.wait_ms(3_000);
    let [(game, mishap)] = table.taken_off().try_into().unwrap();
    let expected = Mishap {
        outcome: Outcome::Crashed,
        phase: Phase::Playing,
        frame_phase: Some(FramePhase::Countdown),
        after_ms: 3_500,
        active_slots: vec![0, 2],
        errors: vec![UncaughtError { message: "oh".into(), stack: "at b".into() }],
        console: vec![ConsoleLine { level: ConsoleLevel::Log, text: "hm".into() }],
    };
    assert_eq!((game.id.as_str(), mishap), ("a", expected));
    for scores in [json!([1]), json!([])] {
        let mut table = Table::playing();
        let effects = table.ended(scores);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::WentWell(game) if game.id == "a")));
        assert!(table.taken_off().is_empty());
    }
}

#[test]
fn ticks_come_ten_times_a_second_and_missed_ones_are_not_made_up_for() {
    let mut table = Table::playing();
    let before = table.effects.iter().filter(|e| matches!(e, Effect::Tick { .. })).count();
    assert_eq!(before, 1, "the first with ready");
    let mut remaining = Vec::new();
    for wait in [100, 50, 50, 350, 50] {
        for effect in table.wait_ms(wait) {
            if let Effect::Tick { remaining: left } = effect {
                remaining.push(left.as_millis());
            }
        }
    }
    // The 350 ms hold the places 29 700 to 29 500; only the last of them is told, at its own time.
    assert_eq!(remaining, [29_900, 29_800, 29_500, 29_400]);
}

#[test]
fn the_partys_settings_decide_how_long_votes_and_rounds_are_and_which_games_take_part() {
    let mut table = Table::laid();
    let settings =
        PartySettings { length_factor: 0.5, vote_sec: 5, hidden_games: vec!["b".into()], ..settings::defaults() };
    table.event(Event::SettingsChanged(Arc::new(settings.clone())));
    table.event(Event::StartVote);
    assert_eq!(table.round.view(table.now).remaining_ms, Some(5_000));
    assert_eq!(refused(&table.event(Event::Vote { slot: 0, game_id: "b".into() })), Some("unknown_game"));
    table.event(Event::Vote { slot: 0, game_id: "a".into() });
    table.wait_ms(5_000);
    table.report(FrameReport::Ready { sdk_version: String::new() });
    let view = table.round.view(table.now);
    assert_eq!((view.game.unwrap().max_duration_sec, view.remaining_ms), (15.0, Some(15_000)));
    table.event(Event::SettingsChanged(Arc::new(PartySettings { length_factor: 2.0, ..settings.clone() })));
    assert_eq!(table.round.view(table.now).remaining_ms, Some(15_000), "a round that runs stays as it is");

    let mut table = Table::laid();
    table.event(Event::StartVote);
    table.event(Event::Vote { slot: 0, game_id: "b".into() });
    table.event(Event::SettingsChanged(Arc::new(settings.clone())));
    assert_eq!(table.round.view(table.now).votes_by_slot[0], None, "a vote for a game that was just hidden is none");
    let none = PartySettings { hidden_games: vec!["a".into(), "b".into()], ..settings };
    table.event(Event::SettingsChanged(Arc::new(none)));
    assert_eq!(table.phase(), Phase::Lobby, "nothing is left to vote for");
    assert_eq!(refused(&table.event(Event::StartGame("a".into()))), Some("unavailable"));
}
