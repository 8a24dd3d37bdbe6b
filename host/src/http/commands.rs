//! What pages send over `/ws`, as commands; docs/screen-protocol.md.

use crate::error::Error;
use maribro_contract::wire::ScreenCommand;
use serde_json::Value;

/// How much of a message's type is told back when the message is refused.
pub const MAX_NAMED_CHARS: usize = 40;

/// What a message calls itself, clipped, as far as it can be told; and the command that it is.
///
/// One without a payload counts as having an empty one.
///
/// # Errors
/// The second is [`Error::BadBody`] for everything that is no command.
pub fn read(text: &str) -> (Option<String>, Result<ScreenCommand, Error>) {
    let mut message: Value = match serde_json::from_str(text) {
        Ok(message) => message,
        Err(error) => return (None, Err(Error::bad_body(format!("not JSON: {error}")))),
    };
    let named = message.get("type").and_then(Value::as_str).map(|name| name.chars().take(MAX_NAMED_CHARS).collect());
    if let Some(object) = message.as_object_mut() {
        object.entry("payload").or_insert_with(|| Value::Object(serde_json::Map::new()));
    }
    (named, serde_json::from_value(message).map_err(|error| Error::bad_body(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::scoring;
    use maribro_contract::wire::{FrameReport, MAX_SCORE};
    use proptest::{collection::vec, prelude::*, sample::select};
    use serde_json::json;

    /// Cases of each property.
    const CASES: u32 = 400;

    const TYPES: &[&str] = &[
        "join",
        "claim_seat",
        "choose_avatar",
        "move_pad",
        "leave_seat",
        "join_queue",
        "leave_queue",
        "set_ready",
        "start_vote",
        "vote",
        "start_game",
        "end_round",
        "pause_round",
        "resume_round",
        "restart_round",
        "change_settings",
        "rate",
        "frame_report",
        "refused",
        "Join",
        "",
    ];
    const FIELDS: &[&str] = &[
        "role",
        "takeOver",
        "gamepadIndex",
        "slot",
        "avatarId",
        "ready",
        "gameId",
        "rating",
        "reason",
        "lengthFactor",
        "voteSec",
        "queueMode",
        "hideGame",
        "roundId",
        "frameAttempt",
        "report",
        "kind",
        "sdkVersion",
        "activity",
        "phase",
        "message",
        "stack",
        "scoresBySlot",
        "type",
        "payload",
    ];
    const WORDS: &[&str] = &[
        "stage",
        "watch",
        "ready",
        "heartbeat",
        "phase",
        "error",
        "ended",
        "lost",
        "countdown",
        "pad_lost",
        "cat-pink",
        "",
    ];

    /// Any JSON, with the words of the protocol in it more often than chance would have them.
    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            (-2_i64..12).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            select(WORDS).prop_map(Value::from),
            ".{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 8, |inner| {
            let field = prop_oneof![9 => select(FIELDS).prop_map(str::to_owned), 1 => ".{0,6}"];
            prop_oneof![
                vec(inner.clone(), 0..6).prop_map(Value::from),
                vec((field, inner), 0..6).prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    /// Messages that are nearly right, whole or broken off.
    fn message() -> impl Strategy<Value = String> {
        let payload = prop_oneof![
            any_json(),
            any_json().prop_map(|report| json!({"roundId": "r", "frameAttempt": 1, "report": report})),
            vec(any_json(), 0..7).prop_map(
                |scores| json!({"roundId": "r", "frameAttempt": 1, "report": {"kind": "ended", "scoresBySlot": scores}})
            ),
        ];
        let whole = (select(TYPES), payload).prop_map(|(name, payload)| json!({"type": name, "payload": payload}));
        let text = prop_oneof![4 => whole, 1 => any_json()].prop_map(|value| value.to_string());
        (text, any::<prop::sample::Index>(), 0..8_u8, "\\PC{0,3}").prop_map(|(mut text, at, damage, junk)| {
            let at = text.floor_char_boundary(at.index(text.len() + 1));
            match damage {
                0 => text.truncate(at),
                1 => text.insert_str(at, &junk),
                2 => text.insert_str(at, "[{\"a\":".repeat(200).as_str()),
                _ => {}
            }
            text
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

        #[test]
        fn any_message_is_a_command_or_a_bad_body(text in message()) {
            let (named, command) = read(&text);
            prop_assert!(named.as_ref().is_none_or(|named| named.chars().count() <= MAX_NAMED_CHARS));
            match command {
                Ok(command) => {
                    let again = serde_json::to_string(&command).unwrap();
                    prop_assert!(named.is_some());
                    prop_assert_eq!(read(&again).1, Ok(command));
                }
                Err(error) => prop_assert_eq!(error.code(), "bad_body"),
            }
        }

        #[test]
        fn whatever_a_game_reports_becomes_four_scores_from_zero_to_ten(scores in vec(any_json(), 0..9)) {
            let text = json!({"type": "frame_report", "payload":
                {"roundId": "r", "frameAttempt": 1, "report": {"kind": "ended", "scoresBySlot": scores}}});
            let Ok(ScreenCommand::FrameReport { report: FrameReport::Ended { scores_by_slot }, .. }) =
                read(&text.to_string()).1
            else {
                return Err(TestCaseError::fail("any list of values is a report"));
            };
            for (slot, score) in scoring::scores(&scores_by_slot).into_iter().enumerate() {
                prop_assert!(score <= MAX_SCORE);
                let said = scores.get(slot).and_then(Value::as_f64);
                // Never more than the game said, rounded half up, and nothing for what is no number.
                prop_assert!(f64::from(score) <= said.unwrap_or_default().max(0.0) + 0.5, "{score} for {said:?}");
                prop_assert!(said.is_none_or(|said| (f64::from(score) - said.clamp(0.0, 10.0)).abs() <= 0.5));
            }
        }
    }
}
