//! Rounds are recorded while the host is killed at random moments: nothing that it acknowledged is ever lost.
//!
//! A short form runs with the other tests; `cargo xtask crash` runs the long one and shows its figures.

use crate::{
    client::{PLAYERS, Stage, game, post, seat_all, session, upload},
    ledger::{Ledger, creator_bonus},
    program::{Fuse, Program, data},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How many rounds; `cargo xtask crash --rounds` sets it.
const ROUNDS_VARIABLE: &str = "MARIBRO_CRASH_ROUNDS";
/// Rounds of the short form.
const FEW_ROUNDS: usize = 16;
/// The seed; `cargo xtask crash --seed` sets it to run one again.
const SEED_VARIABLE: &str = "MARIBRO_CRASH_SEED";

/// A fuse burns up to this many times as long as the answer takes: some kills come after it.
const BURNS: f64 = 1.5;
/// How long an answer takes before one was measured.
const FIRST_GUESS: Duration = Duration::from_millis(4);
/// Rounds that are sent at the same moment.
const BATCH: usize = 3;
/// One restart in so many is killed before the host listens.
const KILLED_AT_START: u32 = 4;
/// Fills an upload, so that writing it takes some time. In bytes.
const FILLER: usize = 300_000;

/// What is going on when the host is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    /// `POST /api/session/record_game`.
    Post,
    /// Several of them at the same moment.
    Batch,
    /// A whole round on the stage, to its results.
    Play,
    /// A round and its ratings.
    Rate,
    /// A new revision of a game.
    Upload,
}

/// In the order in which they take turns: each is done once with a fuse and once without.
const DEEDS: [Deed; 5] = [Deed::Post, Deed::Play, Deed::Rate, Deed::Batch, Deed::Upload];

#[derive(Debug, Default)]
struct Figures {
    kills: usize,
    kills_at_start: usize,
    hit_unacknowledged: usize,
    kept_unacknowledged: usize,
    restarts: Vec<Duration>,
}

struct Trial {
    folder: TempDir,
    rng: StdRng,
    ledger: Ledger,
    figures: Figures,
    program: Program,
    stage: Stage,
    /// Newest revision of the uploaded game that was acknowledged, and the one that was sent.
    revisions: (usize, usize),
    /// How long an answer to each deed took last.
    took: [Duration; DEEDS.len()],
}

#[tokio::test]
async fn what_was_acknowledged_survives_kills_at_random_moments_exactly_once() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let rounds = number(ROUNDS_VARIABLE).map_or(FEW_ROUNDS, |rounds| usize::try_from(rounds).unwrap());
    let seed = number(SEED_VARIABLE).unwrap_or_else(rand::random);
    println!("crash: {rounds} rounds, seed {seed}");
    let began = Instant::now();
    let mut trial = Trial::begin(seed).await;
    let mut turn = 0;
    while trial.ledger.rounds() < rounds {
        let (deed, armed) = (DEEDS[turn / 2 % DEEDS.len()], turn % 2 == 1);
        if armed {
            trial.killed_at(deed).await;
        } else {
            trial.perform(deed, None).await.expect("the host lives as long as nobody kills it");
        }
        turn += 1;
    }
    trial.end().await;
    println!("crash: passed in {:.1} s", began.elapsed().as_secs_f64());
}

impl Trial {
    async fn begin(seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("games")).unwrap();
        let program = Program::start(folder.path());
        seat_all(program.address).await;
        for (name, text) in [("a.html", game("")), ("b.html", revision(0))] {
            let (status, answer) = upload(program.address, name, &text).await.unwrap();
            assert_eq!(status, 200, "{answer}");
        }
        let stage = Stage::take(program.address).await.unwrap();
        Self {
            folder,
            rng: StdRng::seed_from_u64(seed),
            ledger: Ledger::default(),
            figures: Figures::default(),
            program,
            stage,
            revisions: (0, 0),
            took: [FIRST_GUESS; DEEDS.len()],
        }
    }

    /// Does something, and kills the host at a random moment of it or soon after.
    async fn killed_at(&mut self, deed: Deed) {
        let burns = self.took[deed as usize].mul_f64(self.rng.random_range(0.0..BURNS));
        let mut fuse = self.program.fuse(burns);
        // What came before the end was acknowledged, whether or not the rest came.
        self.perform(deed, Some(&mut fuse)).await;
        fuse.burn_down();
        self.program.killed();
        self.figures.kills += 1;
        self.figures.hit_unacknowledged += usize::from(self.ledger.awaits() || self.revisions.0 != self.revisions.1);
        self.ledger.check(&self.on_disk());
        if self.rng.random_ratio(1, KILLED_AT_START) {
            let delay = self.program.start.mul_f64(self.rng.random_range(0.0..1.0));
            Program::start_and_kill(self.folder.path(), delay);
            self.figures.kills_at_start += 1;
            self.ledger.check(&self.on_disk());
        }
        self.restart().await;
    }

    async fn restart(&mut self) {
        let began = Instant::now();
        self.program = Program::start(self.folder.path());
        let told = session(self.program.address).await.expect("it answers");
        self.figures.restarts.push(began.elapsed());
        self.figures.kept_unacknowledged += self.ledger.settle(&told);
        self.ledger.check(&self.on_disk());
        self.check_game().await;
        assert_eq!(leftovers(&data(self.folder.path())), 0, "temp files of the killed host");
        self.stage = Stage::take(self.program.address).await.expect("it answers");
        assert_eq!(self.stage.problems, json!([]));
    }

    /// The uploaded game is whole, and as new as was acknowledged.
    async fn check_game(&mut self) {
        let (acknowledged, sent) = self.revisions;
        let text = std::fs::read_to_string(self.folder.path().join("games/b.html")).unwrap();
        let body = |text: &str| text.split_once("<body>").map(|(_, body)| body.to_owned());
        let there = (acknowledged..=sent).find(|number| body(&revision(*number)) == body(&text));
        let there = there.unwrap_or_else(|| panic!("revision {acknowledged} was stored, found {:.600}", text));
        self.revisions = (there, there);
    }

    async fn end(mut self) {
        self.ledger.check(&session(self.program.address).await.unwrap());
        let stopped = self.program.stop();
        assert!(stopped.success(), "{stopped}");
        self.ledger.check(&read_session(self.folder.path()));
        let figures = &mut self.figures;
        figures.restarts.sort_unstable();
        let restart = |index: usize| figures.restarts.get(index).map_or(0, Duration::as_millis);
        println!(
            "crash: {} rounds sent, {} kills in the middle of a deed, {} of them before the answer to it; of what was \
             not acknowledged {} was there; {} kills during a start; restart to first answer: median {} ms, longest {} ms",
            self.ledger.rounds(),
            figures.kills,
            figures.hit_unacknowledged,
            figures.kept_unacknowledged,
            figures.kills_at_start,
            restart(figures.restarts.len() / 2),
            restart(figures.restarts.len().saturating_sub(1)),
        );
        assert!(figures.kills > 0, "too few rounds for a kill");
    }

    fn on_disk(&self) -> Value {
        read_session(self.folder.path())
    }

    /// Does one thing; the fuse is lit right before what is to be acknowledged.
    async fn perform(&mut self, deed: Deed, fuse: Option<&mut Fuse>) -> Option<()> {
        match deed {
            Deed::Post => self.post(1, fuse).await,
            Deed::Batch => self.post(BATCH, fuse).await,
            Deed::Play => self.play(fuse).await,
            Deed::Rate => self.rate(fuse).await,
            Deed::Upload => self.upload(fuse).await,
        }
    }

    async fn post(&mut self, rounds: usize, fuse: Option<&mut Fuse>) -> Option<()> {
        let deed = if rounds == 1 { Deed::Post } else { Deed::Batch };
        let batch = self.ledger.batch(rounds);
        let address = self.program.address;
        let requests: Vec<_> = batch
            .iter()
            .map(|(_, scores)| {
                let body = json!({ "gameId": "a", "scoresBySlot": scores });
                tokio::spawn(async move { post(address, "/api/session/record_game", &body).await })
            })
            .collect();
        let began = light(fuse);
        let mut newest = None;
        for ((number, scores), request) in batch.into_iter().zip(requests) {
            let Some(answer) = request.await.unwrap() else { continue };
            assert!(has(&answer["session"], scores), "{answer}");
            self.ledger.acknowledge(number);
            newest = Some(scores);
        }
        let took = began.elapsed();
        let newest = newest?;
        self.stage.until("session_changed", |payload| has(&payload["session"], newest)).await?;
        self.took[deed as usize] = took;
        Some(())
    }

    async fn play(&mut self, fuse: Option<&mut Fuse>) -> Option<()> {
        self.play_to_results(fuse).await?;
        self.stage.leave_results().await?;
        self.stage.leave_rating().await
    }

    async fn rate(&mut self, fuse: Option<&mut Fuse>) -> Option<()> {
        let number = self.play_to_results(None).await?;
        self.stage.go_on_to_rating().await?;
        let ratings: [i8; PLAYERS.len()] = std::array::from_fn(|_| self.rng.random_range(-1..=1));
        self.ledger.rate(number, ratings);
        let began = light(fuse);
        for (slot, rating) in ratings.iter().enumerate() {
            self.stage.send("rate", json!({ "slot": slot, "rating": rating })).await?;
        }
        let shown = self.stage.until("round_changed", |payload| !payload["round"]["creatorBonus"].is_null()).await?;
        self.ledger.acknowledge_ratings(number);
        self.took[Deed::Rate as usize] = began.elapsed();
        assert_eq!(shown["round"]["creatorBonus"], creator_bonus(ratings.iter().map(|rating| i64::from(*rating))));
        self.stage.leave_rating().await
    }

    /// A round up to its results; its number.
    async fn play_to_results(&mut self, fuse: Option<&mut Fuse>) -> Option<usize> {
        let round = self.stage.start_game("a").await?;
        let (number, scores) = self.ledger.batch(1)[0];
        self.ledger.played(number, round["id"].as_str().unwrap());
        let began = light(fuse);
        self.stage.report(&round, json!({ "kind": "ended", "scoresBySlot": scores })).await?;
        let results = self.stage.phase("results").await?;
        assert_eq!(results["scoresBySlot"], json!(scores));
        self.ledger.acknowledge(number);
        self.took[Deed::Play as usize] = began.elapsed();
        Some(number)
    }

    async fn upload(&mut self, fuse: Option<&mut Fuse>) -> Option<()> {
        self.revisions.1 += 1;
        let (address, text) = (self.program.address, revision(self.revisions.1));
        let began = light(fuse);
        let (status, answer) = upload(address, "b.html", &text).await?;
        assert_eq!(status, 200, "{answer}");
        self.revisions.0 = self.revisions.1;
        self.took[Deed::Upload as usize] = began.elapsed();
        Some(())
    }
}

/// Lights the fuse if there is one; the moment when it was.
fn light(fuse: Option<&mut Fuse>) -> Instant {
    if let Some(fuse) = fuse {
        fuse.light();
    }
    Instant::now()
}

fn has(session: &Value, scores: [u8; 4]) -> bool {
    session["history"].as_array().unwrap().iter().any(|entry| entry["scoresBySlot"] == json!(scores))
}

/// The text of the uploaded game's revision.
fn revision(number: usize) -> String {
    game(&format!("revision {number} {}", "-".repeat(FILLER)))
}

/// The session's file, which must be whole at every moment.
fn read_session(folder: &Path) -> Value {
    let text = std::fs::read(data(folder).join("session.json")).unwrap();
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&text)))
}

fn leftovers(folder: &Path) -> usize {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.filter(|name| name.to_string_lossy().starts_with(maribro_host::store::atomic::TEMP_PREFIX)).count()
}
