//! What the queue guarantees.

use super::*;
use crate::party::session::{self, Record};
use maribro_contract::{
    avatars,
    wire::{Outcome, SEATS},
};
use proptest::{collection::vec, prelude::*, sample::select};
use std::collections::BTreeSet;

const NOW: &str = "2026-11-21T20:00:00Z";
const FOUR: [&str; SEATS] = ["knight-red", "wizard-blue", "slime-green", "banana-yellow"];

/// Four people on four seats, with the pads 0 to 3, and these who wait.
fn party(waiting: &[(&str, i32)]) -> SessionState {
    let mut state = session::begin(NOW);
    for (slot, avatar) in FOUR.iter().enumerate() {
        session::claim_seat(&mut state, i32::try_from(slot).unwrap(), None).unwrap();
        session::choose_avatar(&mut state, slot, avatar).unwrap();
    }
    for (avatar, pad) in waiting {
        join(&mut state, QueueMode::Rotate, avatar, *pad).unwrap();
    }
    state
}

/// Records a round with these points and lets people take turns after it.
fn play(state: &mut SessionState, mode: QueueMode, scores: [u8; SEATS]) {
    let id = format!("round-{}", state.history.len());
    let record = Record {
        round_id: Some(id.clone()),
        game_id: "a".into(),
        creator_avatar_id: String::new(),
        seats: session::seated(state),
        scores,
        ratings: None,
        outcome: Outcome::Reported,
    };
    assert!(session::record(state, &record, NOW));
    take_turns(state, &id, mode);
    let after = state.clone();
    take_turns(state, &id, mode);
    assert_eq!(*state, after, "turns are taken once for each round");
}

fn sitting(state: &SessionState) -> [(&str, i32); SEATS] {
    state.players_by_slot.each_ref().map(|seat| (seat.avatar_id.as_str(), seat.gamepad_index))
}

fn waiting(state: &SessionState) -> Vec<(&str, i32)> {
    state.queue.iter().map(|waiting| (waiting.avatar_id.as_str(), waiting.gamepad_index)).collect()
}

#[test]
fn the_one_with_the_fewest_points_makes_room_and_the_winner_stays() {
    let mut state = party(&[("fox-orange", 4)]);
    play(&mut state, QueueMode::WinnerStays, [10, 6, 0, 3]);
    assert_eq!(sitting(&state)[2], ("fox-orange", 4));
    assert_eq!(waiting(&state), [("slime-green", 2)], "with the own pad");
    let swap = Swap { slot: 2, leaves: "slime-green".into(), comes: "fox-orange".into() };
    assert_eq!(state.history[0].swaps, Some(vec![swap]));
    let all: Vec<(&str, i32)> =
        ["fox-orange", "cat-pink", "bear-brown", "alien-lime", "yeti-white"].map(|a| (a, -1)).into();
    let mut state = party(&all);
    play(&mut state, QueueMode::WinnerStays, [10, 6, 0, 3]);
    assert_eq!(sitting(&state).map(|(avatar, _)| avatar), ["knight-red", "bear-brown", "fox-orange", "cat-pink"]);
    assert_eq!(
        waiting(&state).iter().map(|(avatar, _)| *avatar).collect::<Vec<_>>(),
        ["alien-lime", "yeti-white", "wizard-blue", "banana-yellow", "slime-green"],
        "of those who left the best waits shortest"
    );
}

#[test]
fn of_equals_those_leave_who_have_played_longest_then_the_lowest_seat() {
    let mut state = party(&[("fox-orange", -1)]);
    play(&mut state, QueueMode::WinnerStays, [5, 5, 5, 5]);
    assert_eq!(sitting(&state)[0].0, "fox-orange");
    play(&mut state, QueueMode::WinnerStays, [0, 0, 0, 10]);
    assert_eq!(sitting(&state).map(|(avatar, _)| avatar)[..2], ["fox-orange", "knight-red"], "the newcomer stays");
    let mut state = party(&[("fox-orange", -1)]);
    play(&mut state, QueueMode::Rotate, [5, 2, 2, 5]);
    assert_eq!(sitting(&state)[1].0, "fox-orange", "nobody has played longer, so the fewest points count");
}

#[test]
fn who_has_played_longest_makes_room_whatever_the_points() {
    let mut state = party(&[("fox-orange", -1), ("cat-pink", -1)]);
    play(&mut state, QueueMode::Rotate, [10, 6, 3, 0]);
    assert_eq!(sitting(&state).map(|(avatar, _)| avatar), ["knight-red", "wizard-blue", "cat-pink", "fox-orange"]);
    play(&mut state, QueueMode::Rotate, [10, 6, 0, 0]);
    assert_eq!(sitting(&state).map(|(avatar, _)| avatar), ["banana-yellow", "slime-green", "cat-pink", "fox-orange"]);
    assert_eq!(waiting(&state), [("knight-red", -1), ("wizard-blue", -1)]);
}

#[test]
fn six_people_with_four_pads_hand_them_over() {
    let mut state = party(&[("fox-orange", -1), ("cat-pink", -1)]);
    play(&mut state, QueueMode::Rotate, [0, 0, 0, 0]);
    assert_eq!(sitting(&state), [("fox-orange", 0), ("cat-pink", 1), ("slime-green", 2), ("banana-yellow", 3)]);
    assert!(state.players_by_slot.iter().all(|seat| seat.locked_in));
    assert_eq!(waiting(&state), [("wizard-blue", -1), ("knight-red", -1)]);
}

#[test]
fn only_those_who_played_make_room_and_never_more_than_wait() {
    let mut state = party(&[]);
    play(&mut state, QueueMode::Rotate, [1, 2, 3, 4]);
    assert_eq!(state.history[0].swaps, None, "nobody waits");
    let all: Vec<(&str, i32)> = avatars::AVATARS.iter().skip(SEATS).map(|avatar| (avatar.id, -1)).collect();
    let mut state = party(&all);
    play(&mut state, QueueMode::Off, [1, 2, 3, 4]);
    assert_eq!(sitting(&state).map(|(avatar, _)| avatar), FOUR);
    play(&mut state, QueueMode::Rotate, [1, 2, 3, 4]);
    assert_eq!(state.history[1].swaps.as_ref().map(Vec::len), Some(SEATS));
    assert_eq!(state.queue.len(), all.len());
    // Somebody who sat down after the round began has not played it.
    let record = |state: &SessionState| Record {
        round_id: Some("late".into()),
        game_id: "a".into(),
        creator_avatar_id: String::new(),
        seats: session::seated(state),
        scores: [0; SEATS],
        ratings: None,
        outcome: Outcome::Timeout,
    };
    let late = record(&state);
    session::leave_seat(&mut state, 0).unwrap();
    let newcomer = state.players_by_slot[0].clone();
    assert!(newcomer.locked_in, "the next one took the seat and the pad");
    session::record(&mut state, &late, NOW);
    take_turns(&mut state, "late", QueueMode::Rotate);
    assert_eq!(state.players_by_slot[0], newcomer);
    take_turns(&mut state, "a round before the reset", QueueMode::Rotate);
}

#[test]
fn who_waits_gets_the_seat_that_is_left_or_claimed() {
    let mut state = party(&[("fox-orange", -1), ("cat-pink", 9)]);
    session::leave_seat(&mut state, 1).unwrap();
    assert_eq!(sitting(&state)[1], ("fox-orange", 1), "with the pad of whoever left");
    session::leave_seat(&mut state, 1).unwrap();
    assert_eq!(sitting(&state)[1], ("cat-pink", 9), "with the own pad");
    join(&mut state, QueueMode::Rotate, "wizard-blue", -1).unwrap();
    let mut seats = state.players_by_slot.to_vec();
    seats[0] = Seat::empty(0);
    session::set_players(&mut state, seats).unwrap();
    assert_eq!(waiting(&state), [("wizard-blue", -1)], "there is no pad for them");
    session::claim_seat(&mut state, 0, None).unwrap();
    assert_eq!(sitting(&state)[0], ("wizard-blue", 0));
    assert!(state.queue.is_empty());
}

#[test]
fn nobody_is_in_two_places() {
    let mut state = party(&[("fox-orange", 4), ("cat-pink", -1)]);
    let before = state.clone();
    let mut try_join = |avatar: &str, pad| {
        let refusal = join(&mut state, QueueMode::Rotate, avatar, pad).unwrap_err();
        assert_eq!(state, before);
        refusal.code()
    };
    assert_eq!(try_join("knight-red", -1), "avatar_taken");
    assert_eq!(try_join("yeti-white", 0), "pad_taken");
    assert_eq!(try_join("yeti-white", 4), "pad_taken");
    assert_eq!(try_join("cat-pink", 4), "pad_taken");
    assert_eq!(try_join("nobody", -1), "unknown_avatar");
    assert_eq!(try_join("", 5), "bad_body");
    assert_eq!(try_join("yeti-white", 400), "bad_body");
    assert_eq!(join(&mut state, QueueMode::Off, "yeti-white", 5).unwrap_err().code(), "unavailable");
    assert_eq!(leave(&mut state, "yeti-white").unwrap_err().code(), "bad_body");
    assert_eq!(session::claim_seat(&mut state, 4, None).unwrap_err().code(), "pad_taken");
    session::choose_avatar(&mut state, 0, "").unwrap();
    assert_eq!(session::choose_avatar(&mut state, 0, "fox-orange").unwrap_err().code(), "avatar_taken");
    let mut seats = state.players_by_slot.to_vec();
    seats[0].avatar_id = "cat-pink".into();
    assert_eq!(session::set_players(&mut state, seats).unwrap_err().code(), "avatar_taken");
    join(&mut state, QueueMode::Off, "cat-pink", 7).unwrap();
    assert_eq!(waiting(&state), [("fox-orange", 4), ("cat-pink", 7)], "who waits may bring a pad");
    session::move_pad(&mut state, 0, 4).unwrap();
    assert_eq!(waiting(&state)[0], ("fox-orange", -1), "a player's broken pad is replaced by that of who waits");
    leave(&mut state, "fox-orange").unwrap();
    assert_eq!(waiting(&state), [("cat-pink", 7)]);
    let again = session::begin_again(&state, NOW);
    assert_eq!(again.queue, state.queue, "a reset is about points");
}

#[test]
fn a_file_keeps_those_who_could_wait() {
    let mut state = party(&[("fox-orange", 4), ("cat-pink", -1)]);
    let waits =
        |avatar: &str, pad| Waiting { avatar_id: avatar.into(), gamepad_index: pad, unknown: serde_json::Map::new() };
    for bad in
        [waits("knight-red", -1), waits("fox-orange", -1), waits("yeti-white", 2), waits("nobody", -1), waits("", 8)]
    {
        state.queue.insert(1, bad);
    }
    session::normalize(&mut state);
    assert_eq!(waiting(&state), [("fox-orange", 4), ("cat-pink", -1)]);
}

/// Anything that can happen to seats and queue.
#[derive(Debug, Clone)]
enum Deed {
    Claim(i32),
    Choose(usize, &'static str),
    Move(usize, i32),
    Leave(usize),
    Join(&'static str, i32),
    LeaveQueue(&'static str),
    Play(QueueMode, [u8; SEATS]),
}

fn deed() -> impl Strategy<Value = Deed> {
    let avatar = || {
        select(["", "nobody"].into_iter().chain(avatars::AVATARS.iter().map(|avatar| avatar.id)).collect::<Vec<_>>())
    };
    let pad = || -1..8_i32;
    let slot = || 0..SEATS;
    let mode = select(&[QueueMode::Off, QueueMode::WinnerStays, QueueMode::Rotate][..]);
    prop_oneof![
        2 => pad().prop_map(Deed::Claim),
        3 => (slot(), avatar()).prop_map(|(slot, avatar)| Deed::Choose(slot, avatar)),
        1 => (slot(), pad()).prop_map(|(slot, pad)| Deed::Move(slot, pad)),
        1 => slot().prop_map(Deed::Leave),
        4 => (avatar(), pad()).prop_map(|(avatar, pad)| Deed::Join(avatar, pad)),
        1 => avatar().prop_map(Deed::LeaveQueue),
        3 => (mode, proptest::array::uniform4(0..=10_u8)).prop_map(|(mode, scores)| Deed::Play(mode, scores)),
    ]
}

fn people(state: &SessionState) -> Vec<String> {
    let sitting = state.players_by_slot.iter().map(|seat| seat.avatar_id.clone());
    sitting.chain(state.queue.iter().map(|waiting| waiting.avatar_id.clone())).filter(|id| !id.is_empty()).collect()
}

fn pads(state: &SessionState) -> Vec<i32> {
    let sitting = state.players_by_slot.iter().map(|seat| seat.gamepad_index);
    sitting.chain(state.queue.iter().map(|waiting| waiting.gamepad_index)).filter(|pad| *pad != NO_PAD).collect()
}

/// What a round with turns after it may and may not do.
fn is_fair(
    before: &SessionState,
    after: &SessionState,
    mode: QueueMode,
    scores: [u8; SEATS],
) -> Result<(), TestCaseError> {
    let changed =
        (0..SEATS).filter(|slot| before.players_by_slot[*slot].avatar_id != after.players_by_slot[*slot].avatar_id);
    let changed: Vec<usize> = changed.collect();
    let players = before.players_by_slot.iter().filter(|seat| seat.locked_in).count();
    let most = match mode {
        QueueMode::Off => 0,
        QueueMode::WinnerStays => players.saturating_sub(1),
        QueueMode::Rotate => players,
    };
    prop_assert_eq!(changed.len(), most.min(before.queue.len()));
    let (mut people_before, mut people_after) = (people(before), people(after));
    prop_assert_eq!(&after.queue[..before.queue.len() - changed.len()], &before.queue[changed.len()..]);
    people_before.sort();
    people_after.sort();
    prop_assert_eq!(people_before, people_after, "nobody is lost");
    let (mut pads_before, mut pads_after) = (pads(before), pads(after));
    pads_before.sort_unstable();
    pads_after.sort_unstable();
    prop_assert_eq!(pads_before, pads_after, "nor is a pad");
    if mode == QueueMode::WinnerStays {
        let stayed = (0..SEATS).filter(|slot| before.players_by_slot[*slot].locked_in && !changed.contains(slot));
        let worst_that_stayed = stayed.map(|slot| scores[slot]).min();
        for slot in changed {
            prop_assert!(Some(scores[slot]) <= worst_that_stayed, "fewer points leave first");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_everyone_is_in_one_place_and_no_seat_stays_free_for_long(deeds in vec(deed(), 0..60)) {
        let mut state = session::begin(NOW);
        for deed in deeds {
            let before = state.clone();
            let done = match &deed {
                Deed::Claim(pad) => session::claim_seat(&mut state, *pad, None),
                Deed::Choose(slot, avatar) => session::choose_avatar(&mut state, *slot, avatar),
                Deed::Move(slot, pad) => session::move_pad(&mut state, *slot, *pad),
                Deed::Leave(slot) => session::leave_seat(&mut state, *slot),
                Deed::Join(avatar, pad) => join(&mut state, QueueMode::Rotate, avatar, *pad),
                Deed::LeaveQueue(avatar) => leave(&mut state, avatar),
                Deed::Play(mode, scores) => {
                    play(&mut state, *mode, *scores);
                    is_fair(&before, &state, *mode, *scores)?;
                    Ok(())
                }
            };
            if done.is_err() {
                prop_assert_eq!(&state, &before, "what is refused changes nothing");
            }
            let (people, pads) = (people(&state), pads(&state));
            prop_assert_eq!(people.iter().collect::<BTreeSet<_>>().len(), people.len());
            prop_assert_eq!(pads.iter().collect::<BTreeSet<_>>().len(), pads.len());
            let free = state.players_by_slot.iter().any(|seat| seat.avatar_id.is_empty() && seat.gamepad_index == NO_PAD);
            prop_assert!(!free || state.queue.iter().all(|waiting| waiting.gamepad_index == NO_PAD));
            let mut normal = state.clone();
            session::normalize(&mut normal);
            prop_assert_eq!(&normal, &state, "as it is read again from its file");
        }
    }
}
