//! What the lobby and the vote guarantee: who may begin, who is ready, ties, and who takes turns.

use super::*;

#[test]
fn a_round_needs_two_players_and_a_game() {
    let mut table = Table::empty();
    assert_eq!(refused(&table.event(Event::StartVote)), Some("unavailable"));
    table.event(Event::GamesChanged(Arc::new(vec![game("a", 30.0)])));
    table.event(Event::SessionChanged { seats: [Some("x".into()), None, None, None], played: BTreeSet::new() });
    assert_eq!(refused(&table.event(Event::StartGame("a".into()))), Some("unavailable"));
    table.event(Event::SetReady { slot: 0, ready: true });
    assert_eq!(table.phase(), Phase::Lobby, "one alone cannot begin");
    table.event(Event::SessionChanged { seats: pair(), played: BTreeSet::new() });
    assert_eq!(refused(&table.event(Event::StartGame("zzz".into()))), Some("unknown_game"));
    assert_eq!(refused(&table.event(Event::StartGame("a".into()))), None);
}

#[test]
fn commands_out_of_place_are_refused_and_change_nothing() {
    let mut table = Table::laid();
    let before = table.round.clone();
    let out_of_place = [
        (Event::Vote { slot: 0, game_id: "a".into() }, "unavailable"),
        (Event::Vote { slot: 1, game_id: "a".into() }, "bad_body"),
        (Event::Vote { slot: 9, game_id: "a".into() }, "bad_body"),
        (Event::Rate { slot: 0, rating: 1 }, "unavailable"),
        (Event::Rate { slot: 0, rating: 5 }, "bad_body"),
        (Event::EndRound, "unavailable"),
        (Event::Pause { reason: PauseReason::Player, slot: Some(0) }, "unavailable"),
        (Event::Resume, "unavailable"),
        (Event::Restart, "unavailable"),
        (Event::SetReady { slot: 3, ready: true }, "bad_body"),
    ];
    for (event, code) in out_of_place {
        assert_eq!(refused(&table.event(event.clone())), Some(code), "{event:?}");
        assert_eq!(table.round, before);
    }
}

/// A vote that both end with different choices, over.
fn tied() -> Table {
    let mut table = Table::laid();
    table.event(Event::StartVote);
    table.event(Event::Vote { slot: 0, game_id: "a".into() });
    table.event(Event::Vote { slot: 2, game_id: "b".into() });
    table.wait(Timing::default().vote_complete);
    table
}

#[test]
fn a_tie_is_shown_as_decided_before_its_game_loads() {
    let mut table = tied();
    let view = table.round.view(table.now);
    assert_eq!((view.phase, view.drawn_from.len(), view.remaining_ms), (Phase::Vote, 2, Some(2_500)));
    let winner = view.game.unwrap();
    assert!(view.drawn_from.contains(&winner.id));
    assert_eq!(view.votes_by_slot[2].as_deref(), Some("b"), "what people voted for stays in sight");
    assert_eq!(refused(&table.event(Event::Vote { slot: 0, game_id: "b".into() })), Some("unavailable"));
    table.wait_ms(2_499);
    assert_eq!((table.phase(), table.round.id()), (Phase::Vote, ""));
    table.wait_ms(1);
    let view = table.round.view(table.now);
    assert_eq!((view.phase, view.game, view.drawn_from.len()), (Phase::Loading, Some(winner), 2));
}

#[test]
fn a_vote_without_a_tie_is_not_drawn_out() {
    let mut table = Table::laid();
    table.event(Event::StartVote);
    for slot in [0, 2] {
        table.event(Event::Vote { slot, game_id: "a".into() });
    }
    table.wait(Timing::default().vote_complete);
    assert_eq!(table.phase(), Phase::Loading);
}

#[test]
fn a_draw_ends_in_the_lobby_when_the_people_or_the_host_end_it() {
    let mut left = tied();
    left.event(Event::SessionChanged { seats: Seats::default(), played: BTreeSet::new() });
    assert_eq!(left.phase(), Phase::Lobby);
    let mut ended = tied();
    ended.event(Event::EndRound);
    assert_eq!((ended.phase(), ended.round.view(ended.now).game), (Phase::Lobby, None));
}

#[test]
fn a_vote_that_everyone_left_goes_back_to_the_lobby() {
    let mut table = Table::laid();
    table.event(Event::StartVote);
    table.event(Event::SessionChanged { seats: Seats::default(), played: BTreeSet::new() });
    assert_eq!(table.phase(), Phase::Lobby);
}

#[test]
fn ready_is_forgotten_with_the_seat() {
    let mut table = Table::laid();
    table.event(Event::SetReady { slot: 0, ready: true });
    table.event(Event::SessionChanged { seats: [None, None, pair()[2].clone(), None], played: BTreeSet::new() });
    table.event(Event::SessionChanged { seats: pair(), played: BTreeSet::new() });
    assert_eq!(table.round.view(table.now).ready_by_slot, [false; 4]);
}

#[test]
fn whoever_takes_a_seat_over_is_not_ready_for_the_other_one_and_has_not_voted() {
    let [knight, _, cat, _] = pair();
    let mut table = Table::laid();
    table.event(Event::SetReady { slot: 0, ready: true });
    let swapped = [Some("fox-orange".into()), None, cat.clone(), None];
    let effects = table.event(Event::SessionChanged { seats: swapped.clone(), played: BTreeSet::new() });
    assert_eq!(table.round.view(table.now).ready_by_slot, [false; 4]);
    assert_eq!(effects, [Effect::Changed]);
    table.event(Event::StartVote);
    table.event(Event::Vote { slot: 0, game_id: "a".into() });
    table.event(Event::Vote { slot: 2, game_id: "b".into() });
    table.event(Event::SessionChanged { seats: [knight, None, cat, None], played: BTreeSet::new() });
    assert_eq!(table.round.view(table.now).votes_by_slot, [None, None, Some("b".into()), None]);
}

#[test]
fn turns_are_taken_when_a_round_that_counts_is_over_and_only_if_people_wish_so() {
    let turns = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::TakeTurns { .. }));
    for mode in [QueueMode::Rotate, QueueMode::WinnerStays, QueueMode::Off] {
        let mut table = Table::playing();
        let settings = PartySettings { queue_mode: mode, ..settings::defaults() };
        table.event(Event::SettingsChanged(Arc::new(settings)));
        table.ended(json!([10, 0, 5, 0]));
        table.recorded();
        let id = table.round.id.clone();
        table.event(Event::EndRound);
        assert_eq!((table.phase(), turns(&table.effects)), (Phase::Rating, false), "who played rates first");
        let over = table.event(Event::EndRound);
        assert_eq!(table.phase(), Phase::Lobby);
        assert_eq!(over.contains(&Effect::TakeTurns { round_id: id, mode }), mode != QueueMode::Off);
        assert_eq!(turns(&table.effects), mode != QueueMode::Off);
    }
    let mut table = Table::playing();
    table.report(FrameReport::Lost {});
    assert_eq!((table.phase(), turns(&table.effects)), (Phase::Lobby, false), "a round that does not count");
}
