//! Who waits for a seat, and who makes room for them after a round.
//!
//! More people than seats take turns. Whoever waits is an avatar, with a pad of their own or without one: in the usual
//! couch the pads are fewer than the people, and are handed over. These hold after every change of a session:
//!
//! - An avatar sits or waits, never both, and once; so does a pad.
//! - Nobody with a pad waits while a seat is free. Who waits without one is seated with the pad that is there: that of
//!   whoever leaves, or one that claims the seat.

use super::session::{check_avatar, check_pad, derive_locked_in, pad_has_no_seat};
use crate::error::Error;
use maribro_contract::wire::{HistoryEntry, NO_PAD, QueueMode, Seat, SessionState, Swap, Waiting};
use std::{cmp::Reverse, mem};

/// Lets somebody wait for a seat, or gives somebody who waits another pad. With a pad and a free seat they sit at once.
///
/// # Errors
/// [`Error::BadBody`] without an avatar or for a pad out of range, [`Error::UnknownAvatar`], [`Error::AvatarTaken`] by
/// a seat, [`Error::PadTaken`], [`Error::Unavailable`] when people switched the queue off.
pub fn join(state: &mut SessionState, mode: QueueMode, avatar_id: &str, pad: i32) -> Result<(), Error> {
    let waiting = Waiting { avatar_id: avatar_id.to_owned(), gamepad_index: pad, unknown: serde_json::Map::new() };
    let place = state.queue.iter().position(|other| other.avatar_id == avatar_id);
    if place.is_none() && mode == QueueMode::Off {
        return Err(Error::Unavailable("people switched the queue off".into()));
    }
    can_wait(state, &waiting)?;
    match place {
        Some(place) => state.queue[place].gamepad_index = pad,
        None => state.queue.push(waiting),
    }
    fill(state, NO_PAD);
    Ok(())
}

/// Lets somebody wait no longer.
///
/// # Errors
/// [`Error::BadBody`] for somebody who does not wait.
pub fn leave(state: &mut SessionState, avatar_id: &str) -> Result<(), Error> {
    let place = state.queue.iter().position(|waiting| waiting.avatar_id == avatar_id);
    let place = place.ok_or_else(|| Error::bad_body("that avatar does not wait"))?;
    state.queue.remove(place);
    Ok(())
}

/// After a recorded round: those who played make room for those who wait, as many as there are of both. Written into
/// the round's history entry, so that it happens once for each round and every page can tell who came for whom.
///
/// Who makes room first:
///
/// - [`QueueMode::WinnerStays`]: fewest points in this round; of equals who has played longest, then the lowest slot.
///   The last one in this order is the winner and stays.
/// - [`QueueMode::Rotate`]: who has played most rounds without a break; of equals fewest points in this round, then the
///   lowest slot.
///
/// They wait at the end of the queue; who left first is the last there.
pub fn take_turns(state: &mut SessionState, round_id: &str, mode: QueueMode) {
    let Some(at) = state.history.iter().rposition(|entry| entry.round_id.as_deref() == Some(round_id)) else { return };
    if state.history[at].swaps.is_some() {
        return;
    }
    let mut leaving = order_of_leaving(state, &state.history[at], mode);
    leaving.truncate(state.queue.len());
    let coming: Vec<Waiting> = state.queue.drain(..leaving.len()).collect();
    let mut swaps = Vec::new();
    let mut gone = Vec::new();
    for (slot, comer) in leaving.into_iter().zip(coming) {
        let seat = &mut state.players_by_slot[slot];
        let leaver = mem::replace(seat, Seat::empty(slot));
        let brings_pad = comer.gamepad_index != NO_PAD;
        swaps.push(Swap { slot, leaves: leaver.avatar_id.clone(), comes: comer.avatar_id.clone() });
        sit(seat, comer, leaver.gamepad_index);
        let gamepad_index = if brings_pad { leaver.gamepad_index } else { NO_PAD };
        gone.push(Waiting { avatar_id: leaver.avatar_id, gamepad_index, unknown: serde_json::Map::new() });
    }
    if swaps.is_empty() {
        return;
    }
    state.queue.extend(gone.into_iter().rev());
    state.history[at].swaps = Some(swaps);
}

/// Slots of those who played this round and may leave after it, in the order of [`take_turns`].
fn order_of_leaving(state: &SessionState, entry: &HistoryEntry, mode: QueueMode) -> Vec<usize> {
    let Some(avatars) = &entry.avatars_by_slot else { return Vec::new() };
    let still_there = |seat: &&Seat| !seat.avatar_id.is_empty() && avatars[seat.slot] == seat.avatar_id;
    let seats = state.players_by_slot.iter().filter(still_there);
    let mut players: Vec<_> =
        seats.map(|seat| (seat.slot, entry.scores_by_slot[seat.slot], rounds_on_end(state, &seat.avatar_id))).collect();
    match mode {
        QueueMode::Off => players.clear(),
        QueueMode::WinnerStays => {
            players.sort_by_key(|(slot, points, rounds)| (*points, Reverse(*rounds), *slot));
            players.pop();
        }
        QueueMode::Rotate => players.sort_by_key(|(slot, points, rounds)| (Reverse(*rounds), *points, *slot)),
    }
    players.into_iter().map(|(slot, ..)| slot).collect()
}

/// How many rounds somebody has played without missing one, up to the newest.
fn rounds_on_end(state: &SessionState, avatar_id: &str) -> usize {
    let played =
        |entry: &&HistoryEntry| entry.avatars_by_slot.iter().flatten().any(|avatar| avatar.as_str() == avatar_id);
    state.history.iter().rev().take_while(played).count()
}

/// Seats whoever waits where a seat is free: with their own pad, else with the spare one if there is one.
pub(super) fn fill(state: &mut SessionState, mut spare: i32) {
    for seat in &mut state.players_by_slot {
        if !seat.avatar_id.is_empty() || seat.gamepad_index != NO_PAD {
            continue;
        }
        let has_pad = |waiting: &Waiting| waiting.gamepad_index != NO_PAD || spare != NO_PAD;
        let Some(next) = state.queue.iter().position(has_pad) else { return };
        let comer = state.queue.remove(next);
        let pad = if comer.gamepad_index == NO_PAD { mem::replace(&mut spare, NO_PAD) } else { NO_PAD };
        sit(seat, comer, pad);
    }
}

/// Takes over what a file says, without the places that nobody could have taken.
pub(super) fn read(state: &mut SessionState, queue: Vec<Waiting>) {
    for waiting in queue {
        if can_wait(state, &waiting).is_ok() && must_not_wait(state, &waiting.avatar_id, NO_PAD).is_ok() {
            state.queue.push(waiting);
        }
    }
    fill(state, NO_PAD);
}

/// Whether this avatar and this pad may take a seat; `""` and [`NO_PAD`] may.
///
/// # Errors
/// [`Error::AvatarTaken`] or [`Error::PadTaken`] by somebody who waits.
pub(super) fn must_not_wait(state: &SessionState, avatar_id: &str, pad: i32) -> Result<(), Error> {
    for waiting in &state.queue {
        if waiting.avatar_id == avatar_id {
            return Err(Error::AvatarTaken(avatar_id.to_owned()));
        }
        if pad != NO_PAD && waiting.gamepad_index == pad {
            return Err(Error::PadTaken(pad));
        }
    }
    Ok(())
}

fn can_wait(state: &SessionState, Waiting { avatar_id, gamepad_index: pad, .. }: &Waiting) -> Result<(), Error> {
    if avatar_id.is_empty() {
        return Err(Error::bad_body("avatarId says who waits"));
    }
    check_avatar(avatar_id)?;
    check_pad(*pad, true)?;
    if state.players_by_slot.iter().any(|seat| seat.avatar_id == *avatar_id) {
        return Err(Error::AvatarTaken(avatar_id.clone()));
    }
    if *pad == NO_PAD {
        return Ok(());
    }
    pad_has_no_seat(state, *pad)?;
    let others = state.queue.iter().filter(|other| other.avatar_id != *avatar_id);
    if others.into_iter().any(|other| other.gamepad_index == *pad) {
        return Err(Error::PadTaken(*pad));
    }
    Ok(())
}

/// Gives an empty seat to somebody who waited, with the own pad, else with this one.
fn sit(seat: &mut Seat, comer: Waiting, pad: i32) {
    seat.gamepad_index = if comer.gamepad_index == NO_PAD { pad } else { comer.gamepad_index };
    seat.avatar_id = comer.avatar_id;
    derive_locked_in(seat);
}

#[cfg(test)]
#[path = "queue_tests.rs"]
mod tests;
