//! `data/session.json` as it may lie there.

use maribro_host::{
    party::session,
    store::session_file::{Loaded, SessionFile},
};
use serde_json::Value;
use std::{fs, path::Path};

/// Any file is read, or moved aside as it is; what was read is written and read again without loss.
///
/// Set `TMPDIR` to a folder in memory, or the disk sets the pace.
///
/// # Panics
/// A promise is broken.
pub fn session(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("session.json");
    fs::write(&path, bytes).expect("a file");
    let file = SessionFile::in_folder(folder.path());
    match file.load().expect("the folder can be used") {
        Loaded::New(_) => panic!("the file was not seen"),
        Loaded::MovedAside { session, aside, .. } => {
            assert_eq!(fs::read(&aside).expect("it is there"), bytes);
            file.save(&session).expect("saves");
            assert_eq!(fs::read(&aside).expect("it is still there"), bytes);
            assert_eq!(read(&file), session);
        }
        Loaded::Found(state) => {
            assert_eq!(state.version, 1);
            let mut normal = state.clone();
            session::normalize(&mut normal);
            assert_eq!(normal, state);
            file.save(&state).expect("saves");
            assert_eq!(read(&file), state);
            nothing_unknown_is_lost(bytes, &path);
        }
    }
}

fn read(file: &SessionFile) -> maribro_contract::wire::SessionState {
    match file.load().expect("the folder can be used") {
        Loaded::Found(state) => state,
        other => panic!("not found: {other:?}"),
    }
}

/// Names of fields that this version knows, in a place and anywhere above it.
const KNOWN: [&str; 6] = ["version", "createdAt", "updatedAt", "playersBySlot", "queue", "scoreboardByAvatarId"];

fn nothing_unknown_is_lost(before: &[u8], after: &Path) {
    let parse = |bytes: &[u8]| serde_json::from_slice::<Value>(bytes).expect("it was read");
    let (before, after) = (parse(before), parse(&fs::read(after).expect("it is there")));
    let fields = before.as_object().expect("an object");
    for (name, value) in fields.iter().filter(|(name, _)| !KNOWN.contains(&name.as_str()) && *name != "history") {
        assert_eq!(after.get(name), Some(value), "{name:?}");
    }
    let entries = |value: &Value| value["history"].as_array().cloned().unwrap_or_default();
    for (before, after) in entries(&before).iter().zip(entries(&after)) {
        for (name, value) in before.as_object().expect("an entry").iter().filter(|(_, value)| !value.is_null()) {
            assert_eq!(after.get(name), Some(value), "{name:?} of a played round");
        }
    }
}
