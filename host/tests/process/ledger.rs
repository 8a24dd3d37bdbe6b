//! What the host acknowledged, and whether a session holds to it.

use crate::client::{CREATOR, PLAYERS};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A round that was sent to be recorded. Told from all others by its scores.
#[derive(Debug)]
struct Sent {
    scores: [u8; 4],
    /// Rounds sent at the same moment have the same: their order is free.
    batch: usize,
    there: There,
    /// Id of the round when it was played.
    round_id: Option<String>,
    ratings: Option<[i8; 4]>,
    ratings_there: There,
}

/// Whether something is in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum There {
    /// Sent, never acknowledged: it may be there or not.
    Perhaps,
    /// Acknowledged, or seen after a restart.
    Yes,
    /// Not there after a restart.
    No,
}

impl There {
    fn allows(self, there: bool) -> bool {
        match self {
            Self::Perhaps => true,
            Self::Yes => there,
            Self::No => !there,
        }
    }
}

/// All that was sent, in order.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    sent: Vec<Sent>,
    batches: usize,
}

impl Ledger {
    /// A new batch of rounds about to be sent: their numbers and scores.
    pub(crate) fn batch(&mut self, rounds: usize) -> Vec<(usize, [u8; 4])> {
        self.batches += 1;
        let first = self.sent.len();
        for number in first..first + rounds {
            let digit = |place: u32| u8::try_from((number + 1) / 11_usize.pow(place) % 11).unwrap();
            self.sent.push(Sent {
                scores: [digit(0), digit(1), digit(2), digit(3)],
                batch: self.batches,
                there: There::Perhaps,
                round_id: None,
                ratings: None,
                ratings_there: There::Perhaps,
            });
        }
        (first..first + rounds).map(|number| (number, self.sent[number].scores)).collect()
    }

    /// Rounds sent so far.
    pub(crate) fn rounds(&self) -> usize {
        self.sent.len()
    }

    /// Whether something was sent that is neither acknowledged nor settled.
    pub(crate) fn awaits(&self) -> bool {
        let awaits = |sent: &Sent| {
            sent.there == There::Perhaps || (sent.ratings.is_some() && sent.ratings_there == There::Perhaps)
        };
        self.sent.iter().any(awaits)
    }

    /// The round was played under this id.
    pub(crate) fn played(&mut self, number: usize, round_id: &str) {
        self.sent[number].round_id = Some(round_id.to_owned());
    }

    /// The host said that the round is recorded.
    pub(crate) fn acknowledge(&mut self, number: usize) {
        self.sent[number].there = There::Yes;
    }

    /// These ratings are about to be sent.
    pub(crate) fn rate(&mut self, number: usize, ratings: [i8; 4]) {
        self.sent[number].ratings = Some(ratings);
    }

    /// The host showed what came of the ratings.
    pub(crate) fn acknowledge_ratings(&mut self, number: usize) {
        self.sent[number].ratings_there = There::Yes;
    }

    /// Checks a session against all that is known.
    ///
    /// # Panics
    /// Says what is wrong.
    pub(crate) fn check(&self, session: &Value) {
        let found = self.places(session);
        for (number, sent) in self.sent.iter().enumerate() {
            let entry = found.get(&number);
            assert!(sent.there.allows(entry.is_some()), "round {number} is {:?}, found: {entry:?}", sent.there);
            let Some((_, entry)) = entry else { continue };
            if sent.round_id.is_some() {
                assert_eq!(entry["roundId"], json!(sent.round_id), "{entry}");
            }
            let whole = sent.ratings.is_some_and(|ratings| entry["ratingsBySlot"] == json!(ratings));
            assert!(
                sent.ratings_there.allows(whole),
                "ratings {:?} are {:?}: {entry}",
                sent.ratings,
                sent.ratings_there
            );
            assert_partly(&entry["ratingsBySlot"], sent.ratings);
        }
        let mut in_order: Vec<(usize, usize)> =
            found.iter().map(|(number, (place, _))| (*place, self.sent[*number].batch)).collect();
        in_order.sort_unstable();
        assert!(in_order.is_sorted_by_key(|(_, batch)| *batch), "out of order: {in_order:?}");
        assert_eq!(session["scoreboardByAvatarId"], scoreboard(&session["history"]), "the history gives another one");
    }

    /// Checks a session after a restart. What it holds must stay from now on, what it lacks must not come back.
    /// Gives how many rounds and ratings that nobody had acknowledged are there.
    pub(crate) fn settle(&mut self, session: &Value) -> usize {
        self.check(session);
        let found: BTreeMap<usize, Value> =
            self.places(session).into_iter().map(|(number, (_, entry))| (number, entry.clone())).collect();
        let mut kept = 0;
        for (number, sent) in self.sent.iter_mut().enumerate() {
            let entry = found.get(&number);
            let rated = sent.ratings.is_some_and(|ratings| entry.is_some_and(|e| e["ratingsBySlot"] == json!(ratings)));
            for (known, there) in [(&mut sent.there, entry.is_some()), (&mut sent.ratings_there, rated)] {
                if *known == There::Perhaps {
                    *known = if there { There::Yes } else { There::No };
                    kept += usize::from(there);
                }
            }
        }
        kept
    }

    /// Place and entry by the number of the round.
    fn places<'a>(&self, session: &'a Value) -> BTreeMap<usize, (usize, &'a Value)> {
        let mut found = BTreeMap::new();
        for (place, entry) in session["history"].as_array().unwrap().iter().enumerate() {
            let number = self.sent.iter().position(|sent| entry["scoresBySlot"] == json!(sent.scores));
            let number = number.unwrap_or_else(|| panic!("nobody sent {entry}"));
            assert!(found.insert(number, (place, entry)).is_none(), "round {number} is there twice");
        }
        found
    }
}

/// Each rating is none yet or the one that was sent.
fn assert_partly(found: &Value, sent: Option<[i8; 4]>) {
    if found.is_null() {
        return;
    }
    let sent = sent.unwrap_or_default();
    for (slot, rating) in found.as_array().unwrap().iter().enumerate() {
        assert!(*rating == 0 || *rating == sent[slot], "sent {sent:?}, found {found}");
    }
}

/// The leaderboard that this history gives, by the contract: points are summed, and a creator gets the share of
/// thumbs up out of ten, half up.
fn scoreboard(history: &Value) -> Value {
    let mut scores: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for entry in history.as_array().unwrap() {
        for (slot, avatar) in PLAYERS.iter().enumerate() {
            assert_eq!(entry["avatarsBySlot"][slot], *avatar);
            scores.entry(avatar).or_default()[0] += entry["scoresBySlot"][slot].as_u64().unwrap();
        }
        assert_eq!(entry["creatorAvatarId"], CREATOR);
        let Some(ratings) = entry["ratingsBySlot"].as_array() else { continue };
        let bonus = &mut scores.entry(CREATOR).or_default()[1];
        *bonus += creator_bonus(ratings.iter().map(|rating| rating.as_i64().unwrap()));
    }
    let line = |(avatar, [play, creator]): (&str, [u64; 2])| {
        (avatar.to_owned(), json!({ "play": play, "creator": creator, "total": play + creator }))
    };
    Value::Object(scores.into_iter().map(line).collect())
}

/// Contract, "Scores".
pub(crate) fn creator_bonus(ratings: impl Iterator<Item = i64>) -> u64 {
    let votes: Vec<i64> = ratings.filter(|rating| *rating != 0).collect();
    let up = votes.iter().filter(|rating| **rating > 0).count();
    if votes.is_empty() { 0 } else { (10.0 * up as f64 / votes.len() as f64).round() as u64 }
}
