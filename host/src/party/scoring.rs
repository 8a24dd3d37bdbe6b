//! What a score and a rating are worth. Contract §1, "Scores".

use maribro_contract::wire::{MAX_SCORE, Rating, SEATS};
use serde_json::Value;

/// A score as a game or a client sent it: clamped to 0..=10, rounded half up; anything that is not a
/// number counts as 0.
pub fn score(value: &Value) -> u8 {
    let Some(number) = value.as_f64() else {
        return 0;
    };
    // Clamped first, so the cast cannot overflow (NaN casts to 0); `round` takes halves up here, as none is negative.
    number.clamp(0.0, f64::from(MAX_SCORE)).round() as u8
}

/// The scores of the first four values; missing ones are 0.
pub fn scores(values: &[Value]) -> [u8; SEATS] {
    std::array::from_fn(|slot| values.get(slot).map_or(0, score))
}

/// Bonus of the game's creator: `round(10 * up / votes)`, half up; 0 without votes.
pub fn creator_bonus(ratings: &[Rating; SEATS]) -> u8 {
    let up = ratings.iter().filter(|rating| **rating > 0).count();
    let votes = ratings.iter().filter(|rating| **rating != 0).count();
    if votes == 0 {
        return 0;
    }
    // Half up in whole numbers: (10 * up / votes + 1/2) = (20 * up + votes) / (2 * votes).
    ((20 * up + votes) / (2 * votes)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn scores_are_clamped_and_rounded_half_up() {
        let cases = [
            (json!(0), 0),
            (json!(0.49), 0),
            (json!(0.5), 1),
            (json!(2.5), 3),
            (json!(9.5), 10),
            (json!(10.4), 10),
            (json!(1e300), 10),
            (json!(-0.5), 0),
            (json!(-7), 0),
            (json!(null), 0),
            (json!("7"), 0),
            (json!(true), 0),
            (json!([7]), 0),
            (json!({}), 0),
        ];
        for (value, expected) in cases {
            assert_eq!(score(&value), expected, "{value}");
        }
    }

    #[test]
    fn missing_scores_are_zero_and_surplus_ones_are_not_read() {
        assert_eq!(scores(&[]), [0; 4]);
        assert_eq!(scores(&vec![json!(3); 9]), [3; 4]);
    }

    #[test]
    fn the_creator_bonus_is_the_rounded_share_of_thumbs_up() {
        let cases: [([Rating; 4], u8); 8] = [
            ([0, 0, 0, 0], 0),
            ([1, 0, 0, 0], 10),
            ([-1, -1, -1, -1], 0),
            ([1, -1, 0, 0], 5),
            ([1, 1, -1, 0], 7),
            ([1, -1, -1, 0], 3),
            ([1, 1, 1, -1], 8),   // 7.5 goes up
            ([1, -1, -1, -1], 3), // 2.5 goes up
        ];
        for (ratings, expected) in cases {
            assert_eq!(creator_bonus(&ratings), expected, "{ratings:?}");
        }
    }

    proptest! {
        #[test]
        fn any_number_becomes_a_score_in_range(number in proptest::num::f64::ANY) {
            let value = serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number);
            prop_assert!(score(&value) <= MAX_SCORE);
        }
    }
}
