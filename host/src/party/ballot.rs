//! The vote: who chose what, and what wins.

use super::session::Seats;
use maribro_contract::wire::{GameSummary, SEATS};
use rand::{RngExt, rngs::SmallRng};
use std::collections::BTreeSet;

/// A vote for "surprise me": a random game that this session has not played and that does not keep on crashing.
pub const SURPRISE: &str = "";

/// One vote per seat: a game id, [`SURPRISE`], or none yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ballot {
    /// By slot.
    pub votes: [Option<String>; SEATS],
}

/// What a closed vote came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// The game to be played.
    pub game: GameSummary,
    /// The choices with the most votes; chance decided among them. Game ids, or [`SURPRISE`].
    pub drawn_from: Vec<String>,
}

impl Ballot {
    /// Whether everyone who is seated has voted.
    pub fn is_complete(&self, seats: &Seats) -> bool {
        seats.iter().zip(&self.votes).all(|(seat, vote)| seat.is_none() || vote.is_some())
    }

    /// Takes back votes for games that are gone and of people who left.
    pub fn forget_the_gone(&mut self, seats: &Seats, shelf: &[GameSummary]) {
        for (vote, seat) in self.votes.iter_mut().zip(seats) {
            let stands = |id: &String| id == SURPRISE || shelf.iter().any(|game| game.id == *id);
            if seat.is_none() || !vote.as_ref().is_some_and(stands) {
                *vote = None;
            }
        }
    }

    /// Counts the votes; ties, surprises and an empty ballot are decided by chance. `None` only for an empty shelf.
    pub fn close(&self, shelf: &[GameSummary], played: &BTreeSet<String>, rng: &mut SmallRng) -> Option<Drawn> {
        let count = |choice: &str| self.votes.iter().flatten().filter(|vote| *vote == choice).count();
        let choices: BTreeSet<&str> = self.votes.iter().flatten().map(String::as_str).collect();
        let most = choices.iter().map(|choice| count(choice)).max().unwrap_or(0);
        let mut drawn_from: Vec<String> =
            choices.iter().filter(|choice| count(choice) == most).map(|choice| (*choice).to_owned()).collect();
        if drawn_from.is_empty() {
            drawn_from.push(SURPRISE.to_owned());
        }
        let choice = drawn_from[rng.random_range(0..drawn_from.len())].clone();
        let game = match shelf.iter().find(|game| game.id == choice) {
            Some(game) => game.clone(),
            None => surprise(shelf, played, rng)?,
        };
        Some(Drawn { game, drawn_from })
    }
}

/// A random stable game that was not played yet; any stable one when all were; any at all when none is stable.
fn surprise(shelf: &[GameSummary], played: &BTreeSet<String>, rng: &mut SmallRng) -> Option<GameSummary> {
    let stable: Vec<&GameSummary> = shelf.iter().filter(|game| !game.unstable).collect();
    let fresh: Vec<&GameSummary> = stable.iter().filter(|game| !played.contains(&game.id)).copied().collect();
    let pool = [fresh, stable, shelf.iter().collect()].into_iter().find(|pool| !pool.is_empty())?;
    Some(pool[rng.random_range(0..pool.len())].clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn game(id: &str) -> GameSummary {
        GameSummary {
            id: id.into(),
            filename: format!("{id}.html"),
            title: id.into(),
            description: String::new(),
            author: String::new(),
            creator_avatar_id: String::new(),
            max_duration_sec: 30.0,
            uploaded_at: String::new(),
            unstable: false,
            failed_playtest: false,
        }
    }

    fn ballot(votes: [Option<&str>; SEATS]) -> Ballot {
        Ballot { votes: votes.map(|vote| vote.map(str::to_owned)) }
    }

    fn close(ballot: &Ballot, played: &[&str], seed: u64) -> Drawn {
        let shelf = [game("a"), game("b"), game("c")];
        let played = played.iter().map(|id| (*id).to_owned()).collect();
        ballot.close(&shelf, &played, &mut SmallRng::seed_from_u64(seed)).unwrap()
    }

    #[test]
    fn the_most_votes_win() {
        for seed in 0..50 {
            let drawn = close(&ballot([Some("a"), Some("b"), Some("b"), Some(SURPRISE)]), &[], seed);
            assert_eq!((drawn.game.id.as_str(), drawn.drawn_from), ("b", vec!["b".to_owned()]));
        }
    }

    #[test]
    fn a_tie_is_drawn_among_the_tied_only_and_each_can_win() {
        let tie = ballot([Some("a"), Some("c"), None, None]);
        let winners: BTreeSet<String> = (0..50).map(|seed| close(&tie, &[], seed).game.id).collect();
        assert_eq!(winners, BTreeSet::from(["a".to_owned(), "c".to_owned()]));
        assert_eq!(close(&tie, &[], 1).drawn_from, ["a", "c"]);
    }

    #[test]
    fn a_surprise_is_an_unplayed_game_while_there_is_one() {
        for seed in 0..50 {
            assert_eq!(close(&ballot([Some(SURPRISE), None, None, None]), &["a", "c"], seed).game.id, "b");
            assert_eq!(close(&Ballot::default(), &["b", "c"], seed).game.id, "a");
        }
        let winners: BTreeSet<String> =
            (0..50).map(|s| close(&Ballot::default(), &["a", "b", "c"], s).game.id).collect();
        assert_eq!(winners.len(), 3);
    }

    #[test]
    fn a_surprise_passes_over_unstable_games_while_there_is_a_stable_one() {
        let unstable = |id| GameSummary { unstable: true, ..game(id) };
        let draw = |shelf: &[GameSummary], seed| {
            let played = BTreeSet::from(["c".to_owned()]);
            Ballot::default().close(shelf, &played, &mut SmallRng::seed_from_u64(seed)).unwrap().game.id
        };
        for seed in 0..50 {
            assert_eq!(draw(&[unstable("a"), game("b"), game("c")], seed), "b");
            assert_eq!(draw(&[unstable("a"), unstable("b"), game("c")], seed), "c", "played, but stable");
        }
        let winners: BTreeSet<String> = (0..50).map(|seed| draw(&[unstable("a"), unstable("b")], seed)).collect();
        assert_eq!(winners.len(), 2, "better one of them than no game");
        let voted = ballot([Some("a"), None, None, None]).close(
            &[unstable("a"), game("b")],
            &BTreeSet::new(),
            &mut SmallRng::seed_from_u64(1),
        );
        assert_eq!(voted.unwrap().game.id, "a", "who votes for it gets it");
    }

    #[test]
    fn an_empty_shelf_draws_nothing() {
        assert_eq!(Ballot::default().close(&[], &BTreeSet::new(), &mut SmallRng::seed_from_u64(1)), None);
    }

    #[test]
    fn votes_of_the_gone_and_for_the_gone_are_taken_back() {
        let mut ballot = ballot([Some("a"), Some("gone"), Some(SURPRISE), Some("b")]);
        let seats: Seats = [Some("x".into()), Some("y".into()), Some("z".into()), None];
        ballot.forget_the_gone(&seats, &[game("a"), game("b")]);
        assert_eq!(ballot.votes, [Some("a".to_owned()), None, Some(SURPRISE.to_owned()), None]);
        assert!(!ballot.is_complete(&seats));
    }
}
