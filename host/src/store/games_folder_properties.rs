//! Whatever files are called that somebody puts into the games folder.

use super::*;
use maribro_contract::filename::{derive_filename, validate_filename};
use proptest::{collection::vec, prelude::*, sample::select};
use std::{collections::BTreeSet, ffi::OsString};

/// Cases of each property.
const CASES: u32 = 64;

const GAME: &[u8] = b"<!doctype html><html><head></head><body></body></html>";

/// Names that a file system takes.
#[cfg(unix)]
fn name() -> impl Strategy<Value = OsString> {
    use std::os::unix::ffi::OsStringExt;
    let piece = prop_oneof![
        4 => select(&["a", "My Game", "_", ".", "-", "..", "%2e%2e%2f", "\\", ":", "~", "\n", "\u{1b}[31m", "\u{202e}", "ä", "日本", "#", "?", "<img src=x>", "'\"", "html", ".html", ".HTML"][..])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(1_u8..=255, 1..5),
        1 => (240_usize..256).prop_map(|bytes| vec![b'x'; bytes]),
    ];
    let ending = select(&[".html", ".html", ".html", ".htm", ""][..]);
    (vec(piece, 0..4), ending).prop_filter_map("no file can be called so", |(pieces, ending)| {
        let name = [pieces.concat(), ending.as_bytes().to_vec()].concat();
        let is_name = !name.contains(&b'/') && name != b"." && name != b".." && (1..=255).contains(&name.len());
        is_name.then(|| OsString::from_vec(name))
    })
}

#[cfg(not(unix))]
fn name() -> impl Strategy<Value = OsString> {
    "[a-zA-Z_. -]{1,9}(\\.html)?".prop_map(OsString::from)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn every_game_file_is_listed_or_named_as_bad_whatever_it_is_called(names in vec(name(), 0..12)) {
        let root = tempfile::tempdir().unwrap();
        let folder = GamesFolder::new(root.path().join("games"), root.path().join("revisions"));
        fs::create_dir(folder.path()).unwrap();
        let mut there = BTreeSet::new();
        for name in names {
            // What this file system refuses cannot lie in a folder.
            if fs::write(folder.path().join(&name), GAME).is_ok() {
                there.insert(name);
            }
        }
        let contents = folder.scan(&Contents::default()).unwrap();
        for name in &there {
            let shown = name.to_string_lossy().into_owned();
            let is_game = shown.ends_with(EXTENSION) && !shown.starts_with(['_', '.']);
            let listed = name.to_str().is_some_and(|name| contents.games.contains_key(name));
            let is_bad = contents.bad_files.iter().any(|bad| bad.filename == shown);
            prop_assert_eq!(listed || is_bad, is_game, "{:?}", name);
        }
        prop_assert!(contents.games.len() + contents.bad_files.len() <= there.len());
        for (name, game) in &contents.games {
            prop_assert!(there.contains(&OsString::from(name)));
            prop_assert_eq!(&game.summary.filename, name);
            prop_assert_eq!(format!("{}{EXTENSION}", game.summary.id), name.as_str());
            // It can be asked for under /games/.
            prop_assert!(crate::http::assets::is_plain(name), "{:?}", name);
            prop_assert_eq!(folder.read(name).unwrap(), GAME);
        }
        // The next look reads nothing and sees the same.
        prop_assert_eq!(folder.scan(&contents).unwrap(), contents);
    }

    #[test]
    fn an_upload_of_any_name_lands_in_the_folder_and_nowhere_else(upload in "(\\PC{0,6}|[.]{1,2}|[/\\\\]){0,5}(a|B|7)?\\.?(html|HTM)?") {
        let Some(name) = derive_filename(&upload) else { return Ok(()) };
        prop_assert_eq!(validate_filename(&name), Ok(name.as_str()));
        let root = tempfile::tempdir().unwrap();
        let folder = GamesFolder::new(root.path().join("games"), root.path().join("revisions"));
        fs::create_dir(folder.path()).unwrap();
        folder.put(&name, "cat-pink", GAME).unwrap();
        let listed: Vec<_> = folder.scan(&Contents::default()).unwrap().games.into_keys().collect();
        prop_assert_eq!(listed, [name]);
        prop_assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
