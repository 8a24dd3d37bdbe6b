//! Seats, leaderboard and history: what may change in a [`SessionState`], and how.

use super::{queue, scoring};
use crate::error::Error;
use maribro_contract::{
    avatars,
    wire::{HistoryEntry, NO_PAD, Outcome, Rating, SEATS, Score, Seat, SessionState},
};
use std::collections::{BTreeMap, BTreeSet};

/// Pads are numbered 0..=399: browser 0..=15, daemon 100+, phones 200+, keyboard 300+. Contract §5.
pub const PAD_RANGE: std::ops::RangeInclusive<i32> = 0..=399;

/// Fewest players of a round. Contract §2.
pub const MIN_PLAYERS: usize = 2;

/// Who takes part, by slot: the avatar id, or `None` for an empty seat.
pub type Seats = [Option<String>; SEATS];

/// One round to be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Makes recording idempotent; `None` for a record from outside, which is always new.
    pub round_id: Option<String>,
    /// The game.
    pub game_id: String,
    /// Gets the creator bonus; empty when nobody is known.
    pub creator_avatar_id: String,
    /// Who sat where.
    pub seats: Seats,
    /// Points by slot, 0..=10.
    pub scores: [u8; SEATS],
    /// Ratings that are known already.
    pub ratings: Option<[Rating; SEATS]>,
    /// How the round ended.
    pub outcome: Outcome,
}

/// A new session with empty seats, begun at `now` (ISO 8601 UTC).
pub fn begin(now: &str) -> SessionState {
    SessionState {
        version: 1,
        created_at: now.to_owned(),
        updated_at: now.to_owned(),
        players_by_slot: std::array::from_fn(Seat::empty),
        queue: Vec::new(),
        scoreboard_by_avatar_id: BTreeMap::new(),
        history: Vec::new(),
        unknown: serde_json::Map::new(),
    }
}

/// A new session in which the same people sit in the same seats and wait for them.
pub fn begin_again(old: &SessionState, now: &str) -> SessionState {
    SessionState { players_by_slot: old.players_by_slot.clone(), queue: old.queue.clone(), ..begin(now) }
}

/// Mends what a file from elsewhere may have wrong: slots by position, derived fields, seats and
/// places in the queue that nobody could have taken.
pub fn normalize(state: &mut SessionState) {
    let queue = std::mem::take(&mut state.queue);
    let seats = state.players_by_slot.iter().enumerate().map(|(slot, seat)| Seat { slot, ..seat.clone() }).collect();
    if set_players(state, seats).is_err() {
        state.players_by_slot = std::array::from_fn(Seat::empty);
    }
    queue::read(state, queue);
    for score in state.scoreboard_by_avatar_id.values_mut() {
        score.total = score.play.saturating_add(score.creator);
    }
}

/// Who is locked in, by slot.
pub fn seated(state: &SessionState) -> Seats {
    std::array::from_fn(|slot| {
        let seat = &state.players_by_slot[slot];
        seat.locked_in.then(|| seat.avatar_id.clone())
    })
}

/// Whose avatar sits in each seat, with or without a pad.
pub fn occupied(state: &SessionState) -> Seats {
    state.players_by_slot.each_ref().map(|seat| (!seat.avatar_id.is_empty()).then(|| seat.avatar_id.clone()))
}

/// Ids of the games that this session has played.
pub fn played(state: &SessionState) -> BTreeSet<String> {
    state.history.iter().map(|entry| entry.game_id.clone()).collect()
}

/// Replaces all four seats.
///
/// # Errors
/// [`Error::BadBody`] unless each slot occurs once and pads are in range, [`Error::UnknownAvatar`],
/// [`Error::AvatarTaken`], [`Error::PadTaken`]; nothing is changed then.
pub fn set_players(state: &mut SessionState, seats: Vec<Seat>) -> Result<(), Error> {
    if seats.len() != SEATS {
        return Err(Error::bad_body(format!("playersBySlot must have {SEATS} seats, not {}", seats.len())));
    }
    let mut by_slot: [Option<Seat>; SEATS] = Default::default();
    for mut seat in seats {
        let slot = check_slot(seat.slot)?;
        check_pad(seat.gamepad_index, true)?;
        check_avatar(&seat.avatar_id)?;
        derive_locked_in(&mut seat);
        let before = &state.players_by_slot[slot];
        if seat.unknown.is_empty() && seat.avatar_id == before.avatar_id {
            seat.unknown.clone_from(&before.unknown);
        }
        if by_slot[slot].replace(seat).is_some() {
            return Err(Error::bad_body(format!("playersBySlot names slot {slot} twice")));
        }
    }
    let seats = by_slot.map(|seat| seat.unwrap_or_else(|| Seat::empty(0)));
    for (slot, seat) in seats.iter().enumerate() {
        for other in &seats[..slot] {
            if !seat.avatar_id.is_empty() && seat.avatar_id == other.avatar_id {
                return Err(Error::AvatarTaken(seat.avatar_id.clone()));
            }
            if seat.gamepad_index != NO_PAD && seat.gamepad_index == other.gamepad_index {
                return Err(Error::PadTaken(seat.gamepad_index));
            }
        }
        queue::must_not_wait(state, &seat.avatar_id, seat.gamepad_index)?;
    }
    state.players_by_slot = seats;
    queue::fill(state, NO_PAD);
    Ok(())
}

/// Gives a free seat to a pad: the wished one, else the lowest. Whoever waits without a pad plays with it.
///
/// # Errors
/// [`Error::PadTaken`] if the pad has a seat, [`Error::Unavailable`] if none is free, [`Error::BadBody`].
pub fn claim_seat(state: &mut SessionState, pad: i32, wish: Option<usize>) -> Result<(), Error> {
    check_pad(pad, false)?;
    pad_has_no_seat(state, pad)?;
    queue::must_not_wait(state, "", pad)?;
    let free = |seat: &&mut Seat| {
        seat.avatar_id.is_empty() && seat.gamepad_index == NO_PAD && wish.is_none_or(|slot| seat.slot == slot)
    };
    if let Some(slot) = wish {
        check_slot(slot)?;
    }
    let seat = state.players_by_slot.iter_mut().find(free);
    let seat = seat.ok_or_else(|| Error::Unavailable("no seat is free".into()))?;
    seat.gamepad_index = pad;
    if let Some(next) = state.queue.iter().position(|waiting| waiting.gamepad_index == NO_PAD) {
        seat.avatar_id = state.queue.remove(next).avatar_id;
        derive_locked_in(seat);
    }
    Ok(())
}

/// Sets or, with `""`, clears the avatar of a seat.
///
/// # Errors
/// [`Error::UnknownAvatar`], [`Error::AvatarTaken`], [`Error::BadBody`] for a seat without a pad.
pub fn choose_avatar(state: &mut SessionState, slot: usize, avatar_id: &str) -> Result<(), Error> {
    let slot = check_slot(slot)?;
    check_avatar(avatar_id)?;
    let taken = |seat: &Seat| seat.slot != slot && seat.avatar_id == avatar_id;
    if !avatar_id.is_empty() && state.players_by_slot.iter().any(taken) {
        return Err(Error::AvatarTaken(avatar_id.to_owned()));
    }
    queue::must_not_wait(state, avatar_id, NO_PAD)?;
    let seat = &mut state.players_by_slot[slot];
    if seat.gamepad_index == NO_PAD {
        return Err(Error::bad_body(format!("seat {slot} has no pad yet")));
    }
    avatar_id.clone_into(&mut seat.avatar_id);
    derive_locked_in(seat);
    Ok(())
}

/// Lets a taken seat go on with another pad; whoever waited with that one waits without.
///
/// # Errors
/// [`Error::PadTaken`], [`Error::BadBody`] for an empty seat.
pub fn move_pad(state: &mut SessionState, slot: usize, pad: i32) -> Result<(), Error> {
    let slot = check_slot(slot)?;
    check_pad(pad, false)?;
    pad_has_no_seat(state, pad)?;
    let seat = &mut state.players_by_slot[slot];
    if seat.avatar_id.is_empty() && seat.gamepad_index == NO_PAD {
        return Err(Error::bad_body(format!("seat {slot} is empty")));
    }
    seat.gamepad_index = pad;
    derive_locked_in(seat);
    for waiting in state.queue.iter_mut().filter(|waiting| waiting.gamepad_index == pad) {
        waiting.gamepad_index = NO_PAD;
    }
    Ok(())
}

/// Empties a seat. The next one who waits takes it.
///
/// # Errors
/// [`Error::BadBody`] for a slot out of range.
pub fn leave_seat(state: &mut SessionState, slot: usize) -> Result<(), Error> {
    let slot = check_slot(slot)?;
    let left = std::mem::replace(&mut state.players_by_slot[slot], Seat::empty(slot));
    queue::fill(state, left.gamepad_index);
    Ok(())
}

/// Adds a round to history and leaderboard. Returns false, changing nothing, when that round is there.
pub fn record(state: &mut SessionState, record: &Record, now: &str) -> bool {
    if record.round_id.is_some() && state.history.iter().any(|entry| entry.round_id == record.round_id) {
        return false;
    }
    for (avatar, points) in record.seats.iter().zip(record.scores) {
        if let Some(avatar) = avatar {
            let score = state.scoreboard_by_avatar_id.entry(avatar.clone()).or_default();
            score.play = score.play.saturating_add(u64::from(points));
            score.total = score.play.saturating_add(score.creator);
        }
    }
    state.history.push(HistoryEntry {
        played_at: now.to_owned(),
        game_id: record.game_id.clone(),
        creator_avatar_id: record.creator_avatar_id.clone(),
        scores_by_slot: record.scores,
        ratings_by_slot: None,
        outcome: Some(record.outcome),
        avatars_by_slot: Some(record.seats.clone().map(Option::unwrap_or_default)),
        round_id: record.round_id.clone(),
        swaps: None,
        unknown: serde_json::Map::new(),
    });
    if let Some(ratings) = record.ratings {
        let newest = state.history.len() - 1;
        rate_entry(state, newest, ratings);
    }
    true
}

/// Sets the ratings of a recorded round; the creator's bonus follows. Returns false when no entry has that round.
pub fn rate(state: &mut SessionState, round_id: &str, ratings: [Rating; SEATS]) -> bool {
    let newest = state.history.iter().rposition(|entry| entry.round_id.as_deref() == Some(round_id));
    let Some(index) = newest else { return false };
    rate_entry(state, index, ratings);
    true
}

fn rate_entry(state: &mut SessionState, index: usize, ratings: [Rating; SEATS]) {
    let entry = &mut state.history[index];
    let before = entry.ratings_by_slot.as_ref().map_or(0, scoring::creator_bonus);
    let after = scoring::creator_bonus(&ratings);
    entry.ratings_by_slot = Some(ratings);
    if entry.creator_avatar_id.is_empty() {
        return;
    }
    let score: &mut Score = state.scoreboard_by_avatar_id.entry(entry.creator_avatar_id.clone()).or_default();
    score.creator = score.creator.saturating_sub(u64::from(before)).saturating_add(u64::from(after));
    score.total = score.play.saturating_add(score.creator);
}

pub(super) fn derive_locked_in(seat: &mut Seat) {
    seat.locked_in = !seat.avatar_id.is_empty() && seat.gamepad_index != NO_PAD;
}

fn check_slot(slot: usize) -> Result<usize, Error> {
    if slot < SEATS { Ok(slot) } else { Err(Error::bad_body(format!("slot must be 0..{}, not {slot}", SEATS - 1))) }
}

pub(super) fn check_pad(pad: i32, none_is_fine: bool) -> Result<(), Error> {
    if PAD_RANGE.contains(&pad) || (none_is_fine && pad == NO_PAD) {
        return Ok(());
    }
    Err(Error::bad_body(format!("gamepadIndex must be {NO_PAD} (none) or in {PAD_RANGE:?}, not {pad}")))
}

pub(super) fn check_avatar(id: &str) -> Result<(), Error> {
    if id.is_empty() || avatars::find(id).is_some() {
        return Ok(());
    }
    Err(Error::UnknownAvatar(id.chars().take(80).collect()))
}

pub(super) fn pad_has_no_seat(state: &SessionState, pad: i32) -> Result<(), Error> {
    if state.players_by_slot.iter().any(|seat| seat.gamepad_index == pad) {
        return Err(Error::PadTaken(pad));
    }
    Ok(())
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
