//! Which rounds a game is tried in, and what was seen in them.

use super::{
    arena::Arena,
    judge::judge,
    play::{Draws, Ending, Manner, Round, Seen, play},
};
use crate::browser::CdpError;
use futures_util::future::try_join_all;
use maribro_contract::wire::CheckStatus;

/// Seats of a round of two: games that count on the first two fail here.
const TWO: [usize; 2] = [1, 3];
const ALL: [usize; 4] = [0, 1, 2, 3];
/// Moments at which screens are compared, in ms of the round: often after the countdown.
const FIRST_SAMPLE_MS: u32 = 3_600;
const FIRST_SAMPLES: u32 = 9;
const FIRST_EVERY_MS: u32 = 600;
/// Then now and then, where the first moments left doubts.
const EVERY_MS: u32 = 2_000;

/// A round and what was seen of it.
#[derive(Debug)]
pub(super) struct Played {
    /// What the round is called in messages.
    pub(super) name: &'static str,
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

/// The game that is tried.
#[derive(Debug, Clone, Copy)]
pub(super) struct Game<'a> {
    /// The file.
    pub(super) bytes: &'a [u8],
    /// Where the arena serves it.
    pub(super) src: &'a str,
    /// Length of a round in seconds.
    pub(super) duration_sec: f64,
    /// Whether pictures are wanted.
    pub(super) pictures: bool,
}

/// Rounds that a game without faults is played in; for progress bars.
pub(super) const USUAL_ROUNDS: u64 = 10;

/// Plays all rounds. `on_round` is called after each.
///
/// # Errors
/// The browser fails; what the game does wrong is in the evidence.
pub(super) async fn try_out(arena: &Arena, game: Game<'_>, on_round: &(dyn Fn() + Sync)) -> Result<Evidence, CdpError> {
    let trial = Trial { arena, game, always_draws: reads_pixels(game.bytes), on_round };
    let four = Round {
        draws: if game.pictures { Draws::Always } else { Draws::Never },
        ..trial.round(&ALL, [Manner::Mixed; 4])
    };
    let (idle, four) = tokio::try_join!(
        trial.play("nobody touching anything", trial.seen([Manner::Idle; 4], None), true),
        trial.play_whole("four players", four, game.pictures, true),
    )?;
    let first = Evidence { rounds: vec![four, idle], pads: PadsMatter::NotTried };
    // Whoever has to mend something is told at once; the other rounds come when that is done.
    if judge(&first).iter().any(|check| check.status == CheckStatus::Fail) {
        return Ok(first);
    }
    let Evidence { mut rounds, .. } = first;
    let idle = &rounds[1];
    let everybody = |manner| trial.round(&ALL, [manner; 4]);
    let (whole, solos) = tokio::try_join!(
        try_join_all([
            trial.play("two players (seats 1 and 3)", trial.round(&TWO, [Manner::Mixed; 4]), true),
            trial.play("mashing", everybody(Manner::Mash), true),
            trial.play("sticks only", everybody(Manner::Sticks), true),
        ]),
        try_join_all(ALL.map(|slot| trial.play("one player", trial.seen(only(slot), Some(idle)), false))),
    )?;
    let pads = trial.pads_that_matter(idle, &solos).await?;
    rounds.extend(whole);
    rounds.extend(solos);
    Ok(Evidence { rounds, pads })
}

struct Trial<'a> {
    arena: &'a Arena,
    game: Game<'a>,
    always_draws: bool,
    on_round: &'a (dyn Fn() + Sync),
}

impl Trial<'_> {
    fn round(&self, slots: &[usize], manners: [Manner; 4]) -> Round {
        Round { manners, ..Round::new(self.game.src, self.game.duration_sec, slots) }
    }

    /// A round of four whose screen is compared with that of another, or will be.
    fn seen(&self, manners: [Manner; 4], reference: Option<&Played>) -> Round {
        let reference = reference.map(|played| played.seen.digests.clone());
        Round {
            samples_at: first_samples(self.game.duration_sec),
            reference,
            draws: Draws::AtSamples,
            ..self.round(&ALL, manners)
        }
    }

    async fn play(&self, name: &'static str, round: Round, is_whole: bool) -> Result<Played, CdpError> {
        self.play_whole(name, round, false, is_whole).await
    }

    async fn play_whole(
        &self,
        name: &'static str,
        round: Round,
        pictures: bool,
        is_whole: bool,
    ) -> Result<Played, CdpError> {
        let round = if self.always_draws { Round { draws: Draws::Always, ..round } } else { round };
        let seen = play(self.arena, &round, pictures).await?;
        (self.on_round)();
        Ok(Played { name, active_slots: round.active_slots, is_whole, seen })
    }

    /// `solos`: by seat, in each of which that seat alone played.
    async fn pads_that_matter(&self, idle: &Played, solos: &[Played]) -> Result<PadsMatter, CdpError> {
        // The same again, as far as was looked at: a game that throws its own dice differs from itself.
        let looked_at = solos.iter().map(|solo| solo.seen.digests.len()).max().unwrap_or_default();
        let mut again = self.seen([Manner::Idle; 4], Some(idle));
        again.samples_at.truncate(looked_at);
        again.stops_after_samples = !again.samples_at.is_empty();
        let again = self.play("nobody, again", again, false).await?;
        if again.seen.outcome == Ending::Differs
            || (again.seen.outcome != Ending::Sampled && again.seen.scores != idle.seen.scores)
        {
            return Ok(PadsMatter::NotComparable);
        }
        let mut silent: Vec<usize> = ALL.into_iter().filter(|slot| !differs(&solos[*slot], idle)).collect();
        // It may be that such a pad matters only when others play, too; then, that it matters for what is drawn once and stays.
        for draws in [Draws::AtSamples, Draws::Always] {
            if silent.is_empty() {
                break;
            }
            silent = self.silent_among_others(&silent, draws).await?;
        }
        Ok(PadsMatter::AllBut(silent))
    }

    /// Those of these seats whose pads change nothing in rounds in which all others play.
    async fn silent_among_others(&self, slots: &[usize], draws: Draws) -> Result<Vec<usize>, CdpError> {
        let long = |round| Round { samples_at: samples(self.game.duration_sec), draws, ..round };
        let everybody = self.play("four players, again", long(self.seen([Manner::Mixed; 4], None)), false).await?;
        let without = try_join_all(slots.iter().map(|slot| {
            let mut manners = [Manner::Mixed; 4];
            manners[*slot] = Manner::Idle;
            self.play("three of four playing", long(self.seen(manners, Some(&everybody))), false)
        }))
        .await?;
        let still = slots.iter().zip(&without).filter(|(_, played)| !differs(played, &everybody));
        Ok(still.map(|(slot, _)| *slot).collect())
    }
}

fn only(slot: usize) -> [Manner; 4] {
    let mut manners = [Manner::Idle; 4];
    manners[slot] = Manner::Mixed;
    manners
}

fn differs(one: &Played, other: &Played) -> bool {
    one.seen.outcome == Ending::Differs || one.seen.scores != other.seen.scores
}

/// Whether a game's source may look at what was drawn.
fn reads_pixels(bytes: &[u8]) -> bool {
    const READERS: [&[u8]; 6] =
        [b"getImageData", b"readPixels", b"toDataURL", b"toBlob", b"createImageBitmap", b"createPattern"];
    READERS.iter().any(|reader| memchr::memmem::find(bytes, reader).is_some())
}

fn first_samples(duration_sec: f64) -> Vec<u32> {
    let first = (0..FIRST_SAMPLES).map(|n| FIRST_SAMPLE_MS + n * FIRST_EVERY_MS);
    first.filter(|at| f64::from(*at) < duration_sec * 1000.0).collect()
}

fn samples(duration_sec: f64) -> Vec<u32> {
    let mut samples = first_samples(duration_sec);
    let later = (1..).map(|n| FIRST_SAMPLE_MS + FIRST_SAMPLES * FIRST_EVERY_MS + n * EVERY_MS);
    samples.extend(later.take_while(|at| f64::from(*at) < duration_sec * 1000.0));
    samples
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
