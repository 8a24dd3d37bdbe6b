//! The targets with what is known: every seed, every game and every corpus of the repo, and mixtures of them.

use maribro_fuzz::{TARGETS, Target, files_of};
use proptest::{collection::vec, prelude::*, sample::Index};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Mixtures that each target is played with.
const CASES: u32 = 100;

/// Most bytes of a seed that go into a mixture.
const MAX_MIXED_BYTES: usize = 4 * 1024;

/// Where seeds of a target lie, from the root of the repo. Each also has `fuzz/seeds/<name>`, which may be missing for games.
fn folders(name: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repo").to_owned();
    let games = ["sdk/contract/tests/corpus", "games", "e2e/fixtures"];
    let own = root.join("fuzz/seeds").join(name);
    match name {
        "inspect" => games.iter().map(|folder| root.join(folder)).collect(),
        "creator" => games.iter().map(|folder| root.join(folder)).chain([own]).collect(),
        _ => vec![own],
    }
}

fn seeds(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let files = folders(name).into_iter().flat_map(|folder| files_of(&folder).expect("the seeds are there"));
    files.map(|file| (file.clone(), fs::read(&file).expect("a readable seed"))).collect()
}

fn target(name: &str) -> Target {
    TARGETS.iter().find(|(known, _)| *known == name).expect("a target").1
}

#[test]
fn every_target_takes_all_that_is_known() {
    for (name, target) in TARGETS {
        let seeds = seeds(name);
        assert!(seeds.len() >= 5, "{name} has seeds");
        for (file, bytes) in seeds {
            println!("{name}: {}", file.display());
            target(&bytes);
        }
        target(b"");
    }
}

/// Pieces of seeds one after the other, some bytes of them others.
fn mixture(name: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let seeds: Vec<Vec<u8>> = seeds(name).into_iter().map(|(_, bytes)| bytes).filter(|seed| !seed.is_empty()).collect();
    let cuts = vec((any::<Index>(), any::<Index>(), any::<Index>()), 1..5);
    let changes = vec((any::<Index>(), any::<u8>()), 0..4);
    (cuts, changes).prop_map(move |(cuts, changes)| {
        let mut mixed = Vec::new();
        for (seed, from, length) in cuts {
            let seed = seed.get(&seeds);
            let from = from.index(seed.len());
            let length = length.index((seed.len() - from).min(MAX_MIXED_BYTES)) + 1;
            mixed.extend_from_slice(&seed[from..from + length]);
        }
        for (at, byte) in changes {
            let at = at.index(mixed.len());
            mixed[at] = byte;
        }
        mixed
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn mixtures_of_games_are_inspected(bytes in mixture("inspect")) {
        target("inspect")(&bytes);
    }

    #[test]
    fn mixtures_of_games_get_their_creator(bytes in mixture("creator")) {
        target("creator")(&bytes);
    }

    #[test]
    fn mixtures_of_forms_are_read_or_refused(bytes in mixture("multipart")) {
        target("multipart")(&bytes);
    }

    #[test]
    fn mixtures_of_nights_come_to_their_end(bytes in mixture("messages")) {
        target("messages")(&bytes);
    }

    #[test]
    fn mixtures_of_sessions_are_read_or_moved_aside(bytes in mixture("session")) {
        target("session")(&bytes);
    }
}
