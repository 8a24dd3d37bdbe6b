//! What the seats, the leaderboard and the history guarantee.

use super::*;
use proptest::prelude::*;

const NOW: &str = "2026-11-21T20:00:00Z";

fn seat(slot: usize, avatar: &str, pad: i32) -> Seat {
    Seat { avatar_id: avatar.into(), gamepad_index: pad, ..Seat::empty(slot) }
}

fn four(first: Seat, second: Seat) -> Vec<Seat> {
    vec![first, second, Seat::empty(2), Seat::empty(3)]
}

fn couple() -> SessionState {
    let mut state = begin(NOW);
    set_players(&mut state, four(seat(0, "knight-red", 0), seat(1, "wizard-blue", 1))).unwrap();
    state
}

fn round(id: &str, scores: [u8; 4]) -> Record {
    Record {
        round_id: Some(id.into()),
        game_id: "button-masher".into(),
        creator_avatar_id: "fox-orange".into(),
        seats: [Some("knight-red".into()), Some("wizard-blue".into()), None, None],
        scores,
        ratings: None,
        outcome: Outcome::Reported,
    }
}

fn total(state: &SessionState, avatar: &str) -> (u64, u64, u64) {
    state.scoreboard_by_avatar_id.get(avatar).map_or((0, 0, 0), |s| (s.play, s.creator, s.total))
}

#[test]
fn locked_in_is_derived_from_avatar_and_pad() {
    let mut state = begin(NOW);
    let mut lying = seat(0, "knight-red", NO_PAD);
    lying.locked_in = true;
    set_players(&mut state, four(lying, seat(1, "wizard-blue", 7))).unwrap();
    let locked: Vec<bool> = state.players_by_slot.iter().map(|s| s.locked_in).collect();
    assert_eq!(locked, [false, true, false, false]);
}

#[test]
fn seats_that_clash_are_refused_and_nothing_changes() {
    let mut state = couple();
    let before = state.clone();
    let cases = [
        (four(seat(0, "knight-red", 0), seat(1, "knight-red", 1)), "avatar_taken"),
        (four(seat(0, "knight-red", 3), seat(1, "wizard-blue", 3)), "pad_taken"),
        (four(seat(0, "knight-red", 0), seat(0, "wizard-blue", 1)), "bad_body"),
        (four(seat(0, "knight-red", 0), seat(4, "wizard-blue", 1)), "bad_body"),
        (four(seat(0, "nobody", 0), Seat::empty(1)), "unknown_avatar"),
        (four(seat(0, "knight-red", -2), Seat::empty(1)), "bad_body"),
        (four(seat(0, "knight-red", 400), Seat::empty(1)), "bad_body"),
        (vec![Seat::empty(0)], "bad_body"),
        ((0..5).map(Seat::empty).collect(), "bad_body"),
        (vec![], "bad_body"),
    ];
    for (seats, code) in cases {
        assert_eq!(set_players(&mut state, seats.clone()).unwrap_err().code(), code, "{seats:?}");
        assert_eq!(state, before);
    }
}

#[test]
fn a_pad_claims_the_lowest_free_seat_and_only_one() {
    let mut state = begin(NOW);
    claim_seat(&mut state, 300, None).unwrap();
    claim_seat(&mut state, 2, Some(3)).unwrap();
    claim_seat(&mut state, 5, None).unwrap();
    assert_eq!(state.players_by_slot.each_ref().map(|s| s.gamepad_index), [300, 5, NO_PAD, 2]);
    assert_eq!(claim_seat(&mut state, 5, None).unwrap_err().code(), "pad_taken");
    assert_eq!(claim_seat(&mut state, 9, Some(0)).unwrap_err().code(), "unavailable");
    claim_seat(&mut state, 9, None).unwrap();
    assert_eq!(claim_seat(&mut state, 10, None).unwrap_err().code(), "unavailable");
}

#[test]
fn a_seat_keeps_its_player_when_the_pad_changes() {
    let mut state = couple();
    move_pad(&mut state, 0, 4).unwrap();
    assert_eq!(state.players_by_slot[0].gamepad_index, 4);
    assert!(state.players_by_slot[0].locked_in);
    assert_eq!(move_pad(&mut state, 0, 1).unwrap_err().code(), "pad_taken");
    assert_eq!(move_pad(&mut state, 2, 9).unwrap_err().code(), "bad_body");
}

#[test]
fn an_avatar_sits_once_and_needs_a_pad() {
    let mut state = couple();
    assert_eq!(choose_avatar(&mut state, 1, "knight-red").unwrap_err().code(), "avatar_taken");
    assert_eq!(choose_avatar(&mut state, 2, "cat-pink").unwrap_err().code(), "bad_body");
    choose_avatar(&mut state, 1, "").unwrap();
    assert!(!state.players_by_slot[1].locked_in);
    choose_avatar(&mut state, 0, "knight-red").unwrap();
    leave_seat(&mut state, 0).unwrap();
    assert_eq!(state.players_by_slot[0], Seat::empty(0));
    assert!(leave_seat(&mut state, 4).is_err());
}

#[test]
fn a_round_is_recorded_exactly_once() {
    let mut state = couple();
    assert!(record(&mut state, &round("r1", [10, 4, 9, 0]), NOW));
    assert!(!record(&mut state, &round("r1", [10, 4, 9, 0]), NOW));
    assert_eq!(state.history.len(), 1);
    assert_eq!((total(&state, "knight-red"), total(&state, "wizard-blue")), ((10, 0, 10), (4, 0, 4)));
    assert_eq!(state.scoreboard_by_avatar_id.len(), 2, "an empty seat earns nothing");
}

#[test]
fn records_from_outside_are_always_new() {
    let mut state = couple();
    let outside = Record { round_id: None, ..round("", [1, 1, 0, 0]) };
    assert!(record(&mut state, &outside, NOW) && record(&mut state, &outside, NOW));
    assert_eq!(total(&state, "knight-red"), (2, 0, 2));
}

#[test]
fn changing_a_rating_moves_the_creator_bonus_and_never_adds_it_twice() {
    let mut state = couple();
    record(&mut state, &round("r1", [10, 0, 0, 0]), NOW);
    assert!(rate(&mut state, "r1", [1, 0, 0, 0]));
    assert_eq!(total(&state, "fox-orange"), (0, 10, 10));
    assert!(rate(&mut state, "r1", [1, -1, 0, 0]));
    assert_eq!(total(&state, "fox-orange"), (0, 5, 5));
    assert!(!rate(&mut state, "r2", [1, 1, 1, 1]));
}

#[test]
fn a_game_without_a_creator_pays_no_bonus() {
    let mut state = couple();
    let orphan = Record { creator_avatar_id: String::new(), ratings: Some([1, 1, 0, 0]), ..round("r", [0; 4]) };
    record(&mut state, &orphan, NOW);
    assert_eq!(state.history[0].ratings_by_slot, Some([1, 1, 0, 0]));
    assert!(!state.scoreboard_by_avatar_id.contains_key(""));
}

#[test]
fn beginning_again_keeps_people_in_their_seats() {
    let mut state = couple();
    record(&mut state, &round("r1", [10, 0, 0, 0]), NOW);
    let fresh = begin_again(&state, "2026-11-22T00:00:00Z");
    assert_eq!(fresh.players_by_slot, state.players_by_slot);
    assert!(fresh.history.is_empty() && fresh.scoreboard_by_avatar_id.is_empty());
    assert_eq!(fresh.created_at, "2026-11-22T00:00:00Z");
}

#[test]
fn unknown_fields_of_a_file_are_kept() {
    let text = r#"{"version":1,"createdAt":"a","updatedAt":"b","mood":"great","playersBySlot":[
        {"slot":0,"avatarId":"","gamepadIndex":-1,"lockedIn":false},{"slot":1,"avatarId":"","gamepadIndex":-1,"lockedIn":false},
        {"slot":2,"avatarId":"","gamepadIndex":-1,"lockedIn":false},{"slot":3,"avatarId":"","gamepadIndex":-1,"lockedIn":false}],
        "scoreboardByAvatarId":{"cat-pink":{"play":1,"creator":2,"total":3,"streak":4}},
        "history":[{"playedAt":"c","gameId":"g","creatorAvatarId":"","scoresBySlot":[1,2,3,4],"weather":"rain"}]}"#;
    let state: SessionState = serde_json::from_str(text).unwrap();
    let again = serde_json::to_value(&state).unwrap();
    assert_eq!(again["mood"], "great");
    assert_eq!(again["scoreboardByAvatarId"]["cat-pink"]["streak"], 4);
    assert_eq!(again["history"][0]["weather"], "rain");
    assert!(again["history"][0].get("ratingsBySlot").is_none());
}

#[test]
fn what_a_later_version_says_of_a_seat_stays_with_who_sits_there() {
    let mut state = begin("t");
    let mut known = seat(0, "cat-pink", 1);
    known.unknown.insert("handicap".into(), 3.into());
    state.players_by_slot[0] = known;
    let others = |avatar| vec![seat(0, avatar, 7), seat(1, "", -1), seat(2, "", -1), seat(3, "", -1)];
    set_players(&mut state, others("cat-pink")).unwrap();
    assert_eq!(state.players_by_slot[0].unknown["handicap"], 3);
    set_players(&mut state, others("fox-orange")).unwrap();
    assert!(state.players_by_slot[0].unknown.is_empty());
}

proptest! {
    #[test]
    fn the_leaderboard_is_the_sum_of_the_history(
        rounds in proptest::collection::vec((0u8..6, proptest::array::uniform4(0u8..=10), proptest::option::of(proptest::array::uniform4(-1i8..=1))), 0..40)
    ) {
        let mut state = couple();
        for (id, scores, ratings) in rounds {
            record(&mut state, &round(&format!("r{id}"), scores), NOW);
            if let Some(ratings) = ratings {
                rate(&mut state, &format!("r{id}"), ratings);
            }
        }
        let mut expected: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for entry in &state.history {
            let avatars = entry.avatars_by_slot.clone().unwrap();
            for (avatar, points) in avatars.iter().zip(entry.scores_by_slot).filter(|(a, _)| !a.is_empty()) {
                expected.entry(avatar.clone()).or_default().0 += u64::from(points);
            }
            if let Some(ratings) = entry.ratings_by_slot {
                expected.entry(entry.creator_avatar_id.clone()).or_default().1 += u64::from(scoring::creator_bonus(&ratings));
            }
        }
        let found: BTreeMap<String, (u64, u64)> =
            state.scoreboard_by_avatar_id.iter().map(|(id, s)| (id.clone(), (s.play, s.creator))).collect();
        prop_assert_eq!(found, expected);
        for score in state.scoreboard_by_avatar_id.values() {
            prop_assert_eq!(score.total, score.play + score.creator);
        }
    }
}
