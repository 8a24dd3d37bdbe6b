//! Which rounds a game is tried in, and what was seen in them.

use super::{
    arena::Arena,
    play::{Ending, Manner, Round, Seen, play},
};
use crate::browser::CdpError;
use futures_util::future::try_join_all;

/// Seats of a round of two: games that count on the first two fail here.
const TWO: [usize; 2] = [1, 3];
const ALL: [usize; 4] = [0, 1, 2, 3];
/// Moments at which screens are compared, in ms of the round: often after the countdown, then now and then.
const FIRST_SAMPLE_MS: u32 = 3_600;
const DENSE_SAMPLES: u32 = 10;
const DENSE_EVERY_MS: u32 = 600;
const EVERY_MS: u32 = 2_000;

/// A round and what was seen of it.
#[derive(Debug)]
pub(super) struct Played {
    /// What the round is called in messages.
    pub(super) name: String,
    /// Who took part.
    pub(super) active_slots: Vec<usize>,
    /// Whether it belongs to those that have to come to their end.
    pub(super) is_whole: bool,
    /// What was seen.
    pub(super) seen: Seen,
}

/// Whether the pads matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PadsMatter {
    /// Not looked at, because rounds failed before.
    NotTried,
    /// These seats' pads change nothing; empty when all do.
    AllBut(Vec<usize>),
    /// The game plays differently each time by itself.
    NotComparable,
}

/// What is known of a game that was played.
#[derive(Debug)]
pub(super) struct Evidence {
    /// All rounds.
    pub(super) rounds: Vec<Played>,
    /// Whether the pads matter.
    pub(super) pads: PadsMatter,
}

/// Rounds that a game without faults is played in; for progress bars.
pub(super) const USUAL_ROUNDS: u64 = 10;

/// Plays all rounds. `on_round` is called after each.
///
/// # Errors
/// The browser fails; what the game does wrong is in the evidence.
pub(super) async fn try_out(
    arena: &Arena,
    src: &str,
    duration_sec: f64,
    pictures: bool,
    on_round: &(dyn Fn() + Sync),
) -> Result<Evidence, CdpError> {
    let run = async |name: &str, round: Round, pictures: bool, is_whole: bool| {
        let seen = play(arena, &round, pictures).await?;
        on_round();
        Ok::<_, CdpError>(Played { name: name.to_owned(), active_slots: round.active_slots, is_whole, seen })
    };
    let round = |slots: &[usize], manner| Round::new(src, duration_sec, slots, manner);
    let sampled = |manner| Round { samples_at: samples(duration_sec), ..round(&ALL, manner) };

    let (idle, four) = tokio::try_join!(
        run("nobody touching anything", sampled(Manner::Idle), false, true),
        run("four players", sampled(Manner::Mixed), pictures, true),
    )?;
    if !idle.seen.outcome.can_be_played_on() || !four.seen.outcome.can_be_played_on() {
        return Ok(Evidence { rounds: vec![four, idle], pads: PadsMatter::NotTried });
    }

    let alone = |slot: usize| {
        let mut manners = [Manner::Idle; 4];
        manners[slot] = Manner::Mixed;
        Round { manners, reference: Some(idle.seen.digests.clone()), ..sampled(Manner::Idle) }
    };
    let names = ALL.map(|slot| format!("only seat {slot} playing"));
    let (others, solos) = tokio::try_join!(
        try_join_all([
            run("two players (seats 1 and 3)", round(&TWO, Manner::Mixed), false, true),
            run("mashing", round(&ALL, Manner::Mash), false, true),
            run("sticks only", round(&ALL, Manner::Sticks), false, true),
        ]),
        try_join_all(ALL.map(|slot| run(&names[slot], alone(slot), false, false))),
    )?;

    let differs = |one: &Seen, other: &Seen| one.outcome == Ending::Differs || one.scores != other.scores;
    let silent: Vec<usize> = ALL.into_iter().filter(|slot| !differs(&solos[*slot].seen, &idle.seen)).collect();
    // The same again, as far as was looked at: a game that throws its own dice differs from itself.
    let looked_at = solos.iter().map(|solo| solo.seen.digests.len()).max().unwrap_or_default();
    let mut again = Round { reference: Some(idle.seen.digests.clone()), ..sampled(Manner::Idle) };
    again.samples_at.truncate(looked_at);
    again.stops_after_samples = !again.samples_at.is_empty();
    let again = run("nobody touching anything, again", again, false, false).await?;

    let pads = if differs_by_itself(&again.seen, &idle.seen) {
        PadsMatter::NotComparable
    } else {
        // It may be that such a pad matters only when others play, too.
        let without = |slot: usize| {
            let mut manners = [Manner::Mixed; 4];
            manners[slot] = Manner::Idle;
            Round { manners, reference: Some(four.seen.digests.clone()), ..sampled(Manner::Mixed) }
        };
        let names: Vec<String> = silent.iter().map(|slot| format!("everybody but seat {slot} playing")).collect();
        let runs = silent.iter().zip(&names).map(|(slot, name)| run(name, without(*slot), false, false));
        let others = try_join_all(runs).await?;
        let still = silent.iter().zip(&others).filter(|(_, played)| !differs(&played.seen, &four.seen));
        PadsMatter::AllBut(still.map(|(slot, _)| *slot).collect())
    };
    let mut rounds = vec![four, idle];
    rounds.extend(others);
    rounds.extend(solos);
    Ok(Evidence { rounds, pads })
}

fn differs_by_itself(again: &Seen, first: &Seen) -> bool {
    again.outcome == Ending::Differs || (again.outcome != Ending::Sampled && again.scores != first.scores)
}

fn samples(duration_sec: f64) -> Vec<u32> {
    let last = (duration_sec * 1000.0) as u32;
    let dense = (0..DENSE_SAMPLES).map(|n| FIRST_SAMPLE_MS + n * DENSE_EVERY_MS);
    let sparse = (1..).map(|n| FIRST_SAMPLE_MS + DENSE_SAMPLES * DENSE_EVERY_MS + n * EVERY_MS);
    dense.chain(sparse.take_while(|at| *at < last)).filter(|at| *at < last).collect()
}

impl Ending {
    /// Whether it makes sense to play further rounds.
    pub(super) fn can_be_played_on(self) -> bool {
        matches!(self, Self::Ended | Self::Timeout | Self::Differs | Self::Sampled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_lie_within_the_round_and_in_order() {
        for seconds in [5.0, 8.5, 30.0, 300.0] {
            let samples = samples(seconds);
            assert!(samples.is_sorted() && samples.iter().all(|at| f64::from(*at) < seconds * 1000.0), "{samples:?}");
            assert!(!samples.is_empty());
        }
    }
}
