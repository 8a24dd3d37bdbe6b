//! What people may set for the whole party, and what follows from it.

use crate::error::Error;
use maribro_contract::{
    metadata::clamp_duration,
    wire::{GameSummary, PartySettings, QueueMode, SettingsChange},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// Shares of a game's own length that a round may have.
pub const LENGTH_FACTORS: [f64; 5] = [0.5, 0.75, 1.0, 1.5, 2.0];
/// Lengths of a vote, in seconds.
pub const VOTE_SECS: [u32; 4] = [5, 10, 15, 20];
/// The vote's length as long as nobody chose one. [`Timing::vote`](super::round::Timing) is the clock of this length.
pub const DEFAULT_VOTE_SEC: u32 = 10;
/// Who makes room as long as nobody chose otherwise. Up to four people see nothing of it.
pub const DEFAULT_QUEUE_MODE: QueueMode = QueueMode::Rotate;
/// Games that may be hidden: a bound for the file, far more than anybody hides by hand.
pub const MAX_HIDDEN: usize = 1_000;
/// Longest id of a game, in bytes; a file name is no longer.
pub const MAX_ID_BYTES: usize = 255;

/// What holds as long as nobody changed anything.
pub fn defaults() -> PartySettings {
    PartySettings {
        length_factor: 1.0,
        vote_sec: DEFAULT_VOTE_SEC,
        queue_mode: DEFAULT_QUEUE_MODE,
        hidden_games: Vec::new(),
    }
}

/// Reads settings of any origin: each field by itself, and what cannot be used as if it were not there.
pub fn read(value: &Value) -> PartySettings {
    let wish = SettingsChange {
        length_factor: value["lengthFactor"].as_f64(),
        vote_sec: value["voteSec"].as_u64().and_then(|secs| u32::try_from(secs).ok()),
        ..SettingsChange::default()
    };
    let hidden = value["hiddenGames"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let hidden: BTreeSet<String> = hidden.filter(|id| is_id(id)).take(MAX_HIDDEN).map(str::to_owned).collect();
    let queue_mode = serde_json::from_value(value["queueMode"].clone()).unwrap_or(DEFAULT_QUEUE_MODE);
    let mut settings = PartySettings { queue_mode, hidden_games: hidden.into_iter().collect(), ..defaults() };
    for wish in [
        SettingsChange { length_factor: wish.length_factor, ..SettingsChange::default() },
        SettingsChange { vote_sec: wish.vote_sec, ..SettingsChange::default() },
    ] {
        if let Ok(changed) = change(&settings, &wish) {
            settings = changed;
        }
    }
    settings
}

/// The settings after a change.
///
/// # Errors
/// [`Error::BadBody`] for a value that is not offered; nothing is changed then.
pub fn change(settings: &PartySettings, change: &SettingsChange) -> Result<PartySettings, Error> {
    let mut next = settings.clone();
    if let Some(factor) = change.length_factor {
        if !LENGTH_FACTORS.contains(&factor) {
            return Err(Error::bad_body(format!("lengthFactor is one of {LENGTH_FACTORS:?}, not {factor}")));
        }
        next.length_factor = factor;
    }
    if let Some(secs) = change.vote_sec {
        if !VOTE_SECS.contains(&secs) {
            return Err(Error::bad_body(format!("voteSec is one of {VOTE_SECS:?}, not {secs}")));
        }
        next.vote_sec = secs;
    }
    next.queue_mode = change.queue_mode.unwrap_or(next.queue_mode);
    if let Some(id) = &change.show_game {
        next.hidden_games.retain(|hidden| hidden != id);
    }
    if let Some(id) = &change.hide_game {
        if !is_id(id) {
            return Err(Error::bad_body("hideGame is the id of a game"));
        }
        if let Err(place) = next.hidden_games.binary_search(id) {
            if next.hidden_games.len() >= MAX_HIDDEN {
                return Err(Error::Unavailable(format!("{MAX_HIDDEN} games are hidden already")));
            }
            next.hidden_games.insert(place, id.clone());
        }
    }
    Ok(next)
}

/// The games that may be voted for and drawn.
pub fn shown(settings: &PartySettings, shelf: &[GameSummary]) -> Vec<GameSummary> {
    shelf.iter().filter(|game| settings.hidden_games.binary_search(&game.id).is_err()).cloned().collect()
}

/// The game as it is played under these settings: its length is the round's.
pub fn adapted(settings: &PartySettings, game: GameSummary) -> GameSummary {
    GameSummary { max_duration_sec: clamp_duration(game.max_duration_sec * settings.length_factor), ..game }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_ID_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn game(id: &str, seconds: f64) -> GameSummary {
        GameSummary {
            id: id.into(),
            filename: format!("{id}.html"),
            title: id.into(),
            description: String::new(),
            author: String::new(),
            creator_avatar_id: String::new(),
            max_duration_sec: seconds,
            uploaded_at: String::new(),
            unstable: false,
            failed_playtest: false,
        }
    }

    #[test]
    fn a_round_is_its_games_length_times_the_factor_and_stays_in_the_contracts_range() {
        for (factor, asked, length) in
            [(0.5, 30.0, 15.0), (0.75, 20.0, 15.0), (1.0, 30.0, 30.0), (2.0, 200.0, 300.0), (0.5, 6.0, 5.0)]
        {
            let settings = change(&defaults(), &SettingsChange { length_factor: Some(factor), ..Default::default() });
            assert_eq!(adapted(&settings.unwrap(), game("a", asked)).max_duration_sec, length);
        }
    }

    #[test]
    fn only_what_is_offered_can_be_set() {
        for bad in [0.0, 0.6, -1.0, f64::NAN, f64::INFINITY] {
            let wish = SettingsChange { length_factor: Some(bad), ..Default::default() };
            assert_eq!(change(&defaults(), &wish).unwrap_err().code(), "bad_body");
        }
        for bad in [0, 7, u32::MAX] {
            let wish = SettingsChange { vote_sec: Some(bad), ..Default::default() };
            assert_eq!(change(&defaults(), &wish).unwrap_err().code(), "bad_body");
        }
        for bad in [String::new(), "x".repeat(MAX_ID_BYTES + 1)] {
            let wish = SettingsChange { hide_game: Some(bad), ..Default::default() };
            assert_eq!(change(&defaults(), &wish).unwrap_err().code(), "bad_body");
        }
    }

    #[test]
    fn a_hidden_game_is_off_the_shelf_until_it_is_shown_again() {
        let shelf = [game("b", 30.0), game("a", 30.0)];
        let ids =
            |settings: &PartySettings| shown(settings, &shelf).into_iter().map(|game| game.id).collect::<Vec<_>>();
        let hide = |id: &str| SettingsChange { hide_game: Some(id.into()), ..Default::default() };
        let mut settings = change(&defaults(), &hide("b")).unwrap();
        assert_eq!(ids(&settings), ["a"]);
        settings = change(&change(&settings, &hide("a")).unwrap(), &hide("a")).unwrap();
        assert_eq!(settings.hidden_games, ["a", "b"]);
        settings = change(&settings, &SettingsChange { show_game: Some("b".into()), ..Default::default() }).unwrap();
        assert_eq!(ids(&settings), ["b"]);
    }

    #[test]
    fn a_file_that_is_half_right_keeps_its_right_half() {
        let text = json!({ "lengthFactor": 9, "voteSec": 15, "queueMode": "off", "hiddenGames": ["b", 3, "", "a", "b"], "more": {} });
        let hidden_games = vec!["a".into(), "b".into()];
        let expected = PartySettings { vote_sec: 15, queue_mode: QueueMode::Off, hidden_games, ..defaults() };
        assert_eq!(read(&text), expected);
        for nothing in
            [json!(null), json!([]), json!("x"), json!({ "voteSec": -5, "lengthFactor": "2", "queueMode": "x" })]
        {
            assert_eq!(read(&nothing), defaults());
        }
    }

    fn any_change() -> impl Strategy<Value = SettingsChange> {
        let id = proptest::option::of("[ab]{0,2}");
        let factor = proptest::option::of(prop_oneof![proptest::sample::select(&LENGTH_FACTORS[..]), any::<f64>()]);
        let secs = proptest::option::of(prop_oneof![proptest::sample::select(&VOTE_SECS[..]), any::<u32>()]);
        let modes = vec![QueueMode::Off, QueueMode::WinnerStays, QueueMode::Rotate];
        let mode = proptest::option::of(proptest::sample::select(modes));
        (factor, secs, mode, id.clone(), id).prop_map(|(length_factor, vote_sec, queue_mode, hide_game, show_game)| {
            SettingsChange { length_factor, vote_sec, queue_mode, hide_game, show_game }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_changed_the_settings_read_back_as_they_are(changes in proptest::collection::vec(any_change(), 0..12)) {
            let mut settings = defaults();
            for wish in changes {
                if let Ok(changed) = change(&settings, &wish) {
                    settings = changed;
                }
            }
            prop_assert!(LENGTH_FACTORS.contains(&settings.length_factor) && VOTE_SECS.contains(&settings.vote_sec));
            prop_assert!(settings.hidden_games.is_sorted());
            prop_assert_eq!(read(&serde_json::to_value(&settings).unwrap()), settings);
        }
    }
}
