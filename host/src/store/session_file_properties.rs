//! Whatever lies in the data folder as `session.json`, nothing of it is lost.

use super::*;
use maribro_contract::wire::{HistoryEntry, NO_PAD, Outcome, SEATS, Score, Seat, Waiting};
use proptest::{array::uniform4, collection::vec, prelude::*, sample::select};
use serde_json::{Map, Value, json};

/// Cases of each property. Each of them waits for the disk a few times.
const CASES: u32 = 64;

/// Any JSON.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((any::<String>(), inner), 0..4).prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Fields that no version knows yet.
fn unknown() -> impl Strategy<Value = Map<String, Value>> {
    let name =
        prop_oneof!["x-[a-zA-Z]{0,5}", Just("unknown".to_owned()), "[^a-z]{0,4}", Just("players_by_slot".to_owned())];
    vec((name, any_json()), 0..3).prop_map(|fields| fields.into_iter().collect())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        select(&["cat-pink", "fox-orange", "bear-brown", "nobody"][..]).prop_map(str::to_owned),
        any::<String>()
    ]
}

fn seat() -> impl Strategy<Value = Seat> {
    let avatar = select(&["", "", "cat-pink", "fox-orange", "bear-brown", "nobody"][..]);
    let pad = prop_oneof![Just(NO_PAD), 0..400_i32, any::<i32>()];
    (0_usize..5, avatar, pad, any::<bool>(), unknown()).prop_map(|(slot, avatar, gamepad_index, locked_in, unknown)| {
        Seat { slot, avatar_id: avatar.to_owned(), gamepad_index, locked_in, unknown }
    })
}

fn entry() -> impl Strategy<Value = HistoryEntry> {
    let outcome = proptest::option::of(select(
        &[Outcome::Reported, Outcome::Timeout, Outcome::HostEnded, Outcome::Crashed, Outcome::Hung][..],
    ));
    let known = (text(), text(), uniform4(any::<u8>()), proptest::option::of(uniform4(any::<i8>())));
    let optional = (outcome, proptest::option::of(uniform4(text())), proptest::option::of(text()));
    (known, optional, unknown()).prop_map(|(known, (outcome, avatars_by_slot, round_id), unknown)| {
        let (game_id, creator_avatar_id, scores_by_slot, ratings_by_slot) = known;
        let played_at = "2026-01-01T00:00:00.000Z".to_owned();
        HistoryEntry {
            played_at,
            game_id,
            creator_avatar_id,
            scores_by_slot,
            ratings_by_slot,
            outcome,
            avatars_by_slot,
            round_id,
            swaps: None,
            unknown,
        }
    })
}

fn state() -> impl Strategy<Value = SessionState> {
    let score = (any::<u64>(), any::<u64>(), any::<u64>(), unknown())
        .prop_map(|(play, creator, total, unknown)| Score { play, creator, total, unknown });
    let waiting = (text(), -2..8_i32, unknown()).prop_map(|(avatar_id, gamepad_index, unknown)| Waiting {
        avatar_id,
        gamepad_index,
        unknown,
    });
    let people = (uniform4(seat()), vec(waiting, 0..4));
    let parts = (people, proptest::collection::btree_map(text(), score, 0..4), vec(entry(), 0..4));
    (parts, text(), unknown()).prop_map(|((people, scoreboard, history), when, unknown)| SessionState {
        version: 1,
        created_at: when.clone(),
        updated_at: when,
        players_by_slot: people.0,
        queue: people.1,
        scoreboard_by_avatar_id: scoreboard,
        history,
        unknown,
    })
}

/// A file as this version, an earlier or a later one wrote it, and then perhaps came to harm.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let whole = state().prop_map(|state| serde_json::to_value(state).unwrap()).boxed();
    let changed = (whole.clone(), any::<prop::sample::Index>(), any_json()).prop_map(|(mut file, at, value)| {
        let fields = file.as_object_mut().unwrap();
        let name = fields.keys().nth(at.index(fields.len())).unwrap().clone();
        fields.insert(name, value);
        file
    });
    let text =
        prop_oneof![3 => whole, 2 => changed, 1 => any_json()].prop_map(|value| value.to_string().into_bytes()).boxed();
    let harmed =
        (text.clone(), any::<prop::sample::Index>(), 0..4_u8, any::<u8>()).prop_map(|(mut text, at, harm, byte)| {
            let at = at.index(text.len());
            match harm {
                0 => text.truncate(at),
                1 => text[at] = byte,
                2 => text.insert(at, byte),
                _ => text.extend_from_slice(b"\0\0\0"),
            }
            text
        });
    prop_oneof![3 => text, 3 => harmed, 1 => vec(any::<u8>(), 0..64)]
}

/// The state of a readable file.
fn found(file: &SessionFile) -> SessionState {
    match file.load().unwrap() {
        Loaded::Found(state) => state,
        other => panic!("not found: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_is_read_again(mut state in state()) {
        let folder = tempfile::tempdir().unwrap();
        let file = SessionFile::in_folder(folder.path());
        file.save(&state).unwrap();
        let first = found(&file);
        session::normalize(&mut state);
        prop_assert_eq!(&first, &state);
        file.save(&first).unwrap();
        prop_assert_eq!(found(&file), first);
    }

    #[test]
    fn fields_that_nobody_knows_are_kept_wherever_they_stand(state in state(), name in "x[A-Z][a-z]{0,3}", value in any_json()) {
        let mut seated = serde_json::to_value(state).unwrap();
        seated["playersBySlot"] = json!(std::array::from_fn::<_, SEATS, _>(Seat::empty));
        seated["scoreboardByAvatarId"]["cat-pink"] = json!({"play": 1, "creator": 2, "total": 3});
        let history = seated["history"].as_array_mut().unwrap();
        history.push(json!({"playedAt": "", "gameId": "", "creatorAvatarId": "", "scoresBySlot": [0, 0, 0, 0]}));
        let places = ["", "/playersBySlot/0", "/playersBySlot/3", "/scoreboardByAvatarId/cat-pink", "/history/0"];
        for place in places {
            seated.pointer_mut(place).unwrap()[&name] = value.clone();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        fs::write(&path, seated.to_string()).unwrap();
        let file = SessionFile::in_folder(folder.path());
        file.save(&found(&file)).unwrap();
        let kept: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
        for place in places {
            prop_assert_eq!(&kept.pointer(place).unwrap()[&name], &value, "{}", place);
        }
    }

    #[test]
    fn a_file_is_read_or_moved_aside_byte_for_byte_and_never_overwritten(bytes in file(), reads in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session.json");
        fs::write(&path, &bytes).unwrap();
        let file = SessionFile::in_folder(folder.path());
        let loaded = if reads { Some(file.load().unwrap()) } else { None };
        if let Some(Loaded::Found(state)) = &loaded {
            prop_assert_eq!(state.version, 1);
            let mut again = state.clone();
            session::normalize(&mut again);
            prop_assert_eq!(&again, state);
            prop_assert_eq!(&fs::read(&path).unwrap(), &bytes, "reading changes nothing");
            return Ok(());
        }
        prop_assert!(!matches!(loaded, Some(Loaded::New(_))));
        // The party goes on, and saves twice.
        for when in ["now", "later"] {
            file.save(&session::begin(when)).unwrap();
        }
        let others = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let is_session = |other: &PathBuf| other.extension().is_some_and(|extension| extension == "json");
        let kept: Vec<_> = others.filter(|other| *other != path && is_session(other)).collect();
        prop_assert_eq!(kept.len(), 1);
        prop_assert_eq!(&fs::read(&kept[0]).unwrap(), &bytes);
        prop_assert_eq!(found(&file).created_at, "later");
    }
}
